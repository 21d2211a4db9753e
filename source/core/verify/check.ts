import type {DnsRecord} from '../domain/records.ts';
import type {PlanContext} from '../plan/context.ts';
import type {Readers} from '../readers.ts';

/**
`not-yet` may still come by itself or by what a person does; `could-not-tell` is an honest answer and no proof;
only `wrong` is broken.
*/
export type CheckResult = {
	readonly status: 'proved' | 'not-yet' | 'could-not-tell' | 'wrong';
	readonly detail: string;
	/** Records that would turn it into `proved`. */
	readonly records?: readonly DnsRecord[];
	/** The next thing to do, when it is not proved. */
	readonly hint?: string;
	/** Why it could not tell is the network, or Fly, and may pass: worth asking again. */
	readonly isPassing?: boolean;
	/** Asking before is in vain, or held against us. Milliseconds since 1970. */
	readonly notBeforeMs?: number;
};

export type Check = {
	readonly id: string;
	/** As a fact: `One machine, started`. */
	readonly title: string;
	/** Cheap to ask, and somebody outside may undo it: asked again while others are waited for, though it was proved. */
	readonly isFleeting?: boolean;
	isNeeded(plan: PlanContext): boolean;
	/** Reads only. */
	check(plan: PlanContext, readers: Readers): Promise<CheckResult>;
};
