import type * as v from 'valibot';
import type {eventSchema} from './session/events.ts';

/** What happens, as `event-schema.ts` describes it. Times are ISO 8601, set by whoever prints. */
export type PhxflyEvent = Frozen<v.InferOutput<typeof eventSchema>>;

export type EventOf<Type extends PhxflyEvent['type']> = Extract<PhxflyEvent, {readonly type: Type}>;

export type StepStatus = EventOf<'step-changed'>['status'];
export type CheckStatus = EventOf<'check-changed'>['status'];
export type Resource = EventOf<'finished'>['resources'][number];
/** A step as planned: what was seen, and each call with its words. */
export type PlannedStepEvent = EventOf<'plan-made'>['steps'][number];
export type PlannedActionEvent = PlannedStepEvent['actions'][number];

type Frozen<T> = T extends object ? {readonly [Key in keyof T]: Frozen<T[Key]>} : T;
