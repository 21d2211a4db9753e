import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openJournal} from '../../source/adapters/journal.ts';
import {steps} from '../../source/cli/registry.ts';
import type {Project} from '../../source/core/command/context.ts';
import type {FailureCode} from '../../source/core/errors/codes.ts';
import {Failure} from '../../source/core/errors/failure.ts';
import type {PlanContext} from '../../source/core/plan/context.ts';
import type {BoundStep, Finding, FlyAction, Step} from '../../source/core/plan/step.ts';
import type {FlyReader, Readers} from '../../source/core/readers.ts';
import type {CallOutcome, Executor, Run, Stop} from '../../source/core/run/ports.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import type {PhxflyEvent} from '../../source/core/session/events.ts';
import {openSecretStore} from '../../source/engine/secret-store.ts';
import {bindStep} from '../../source/engine/step.ts';
import {createStop} from '../../source/engine/stop.ts';
import {openVirtualClock, type VirtualClock} from './virtual-clock.ts';

type Call = Parameters<Executor['callFly']>;

export type RunHarness = {
	/** What the engine reads of a project; anything else is not there. */
	readonly project: Project;
	/** Stopped by `stop`, heard by nobody, without waiting. */
	readonly run: Run;
	readonly clock: VirtualClock;
	readonly stop: Stop;
	/** The words of every call, in the order they began. */
	readonly calls: readonly string[];
	/** The journal as another run would find it. */
	reopenJournal(): ReturnType<typeof openJournal>;
	/** The step of a plan, by default of one about nothing. */
	bind(step: Step, plan?: PlanContext): BoundStep;
	close(): void;
};

export type RunWishes = {
	/** What a call does, by its words; without it a call ends well at once. */
	readonly onCall?: (words: string, ...call: Call) => Promise<CallOutcome> | CallOutcome;
	readonly fly?: Partial<FlyReader>;
	readonly store?: Partial<Readers['store']>;
	readonly stopOrphan?: Executor['stopOrphan'];
	/** The folder of an earlier run. */
	readonly folder?: string;
};

/** A run's tools: a real journal in a folder, a real vault, virtual time, and hands that do what a test says. */
export function openRunHarness({
	onCall,
	fly = {},
	store = {},
	stopOrphan,
	folder,
}: RunWishes = {}): RunHarness {
	const home = folder ?? mkdtempSync(join(tmpdir(), 'phxfly-run-'));
	const clock = openVirtualClock(1_000_000);
	const redactor = createRedactor();
	const secretStore = openSecretStore(redactor);
	const calls: string[] = [];
	const stop = createStop();
	const open = (isReadOnly: boolean) =>
		openJournal({folder: home, project: '/p', isRehearsal: false, steps, nowMs: clock.now(), isReadOnly});
	const journal = open(false);
	let markers = 0;
	const project = {
		// Only what a test gives may be asked; anything else is a mistake of the test, and throws.
		readers: {
			clock,
			fly: fly as FlyReader,
			store: store as Readers['store'],
			files: {} as Readers['files'],
			net: {} as Readers['net'],
			secrets: secretStore,
		},
		journalView: journal.journalView,
		journal,
		secretStore,
		redactor,
		executor: {
			newMarker: () => `marker-${++markers}`,
			async callFly(action: FlyAction, hooks: Call[1]) {
				const words = action.args.join(' ');
				calls.push(words);
				hooks.onStart({pid: 4711, startedAt: '99'});
				return (await onCall?.(words, action, hooks)) ?? {is: 'ok', stdout: ''};
			},
			writeFile: async () => undefined,
			stopOrphan: stopOrphan ?? (async () => false),
		},
	} as Partial<Project> as Project;
	return {
		project,
		run: {emit: () => undefined, stop, waiting: {waitMs: 0}},
		clock,
		stop,
		calls,
		reopenJournal: () => open(true),
		bind: (step, plan = noPlan) => bindStep(step, plan, project),
		close() {
			rmSync(home, {recursive: true, force: true});
		},
	};
}

export const noPlan = {app: 'blog-1'} as PlanContext;

type StepWishes = Partial<Step> & {readonly takesMs?: number};

/** A step over one flag in memory: there once its one call was made. */
export function makeStep(
	id: string,
	needs: readonly string[] = [],
	wishes: StepWishes = {},
): Step & {isThere: boolean} {
	const step = {
		id,
		title: `Do ${id}`,
		needs,
		locks: [],
		usualSeconds: [0, 1] as const,
		isThere: false,
		isNeeded: () => true,
		look: async (): Promise<Finding> => (step.isThere ? {is: 'there', id: `${id}-1`} : {is: 'absent'}),
		actions: (): readonly FlyAction[] => [{kind: 'fly', args: ['make', id], timeoutMs: 1000}],
		...wishes,
	};
	return step;
}

/** @param code - Any name will do: the engine does not look at it. */
export const refuse = (code: string, isOutcomeUnknown = false): CallOutcome => ({
	is: 'failed',
	failure: new Failure(code as FailureCode, `It failed: ${code}.`, {exit: 'failed', hint: 'Try again.'}),
	isOutcomeUnknown,
});

/** Everything that is emitted, what is returned, and what is thrown. */
export async function collect<T>(
	work: (emit: (event: PhxflyEvent) => void) => Promise<T>,
	onEvent: (event: PhxflyEvent) => void = () => undefined,
): Promise<{readonly events: readonly PhxflyEvent[]; readonly result?: T; readonly error?: unknown}> {
	const events: PhxflyEvent[] = [];
	const emit = (event: PhxflyEvent) => {
		events.push(event);
		onEvent(event);
	};
	try {
		return {events, result: await work(emit)};
	} catch (error) {
		return {events, error};
	}
}

/** `a: done` for each change of a step, without the looks. */
export const statusesOf = (events: readonly PhxflyEvent[]): readonly string[] =>
	events.flatMap(event =>
		event.type === 'step-changed' && event.status !== 'looking' ? [`${event.id}: ${event.status}`] : [],
	);
