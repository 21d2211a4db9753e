import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openJournal} from '../../source/adapters/journal.ts';
import {steps} from '../../source/cli/registry.ts';
import type {Project} from '../../source/core/command/context.ts';
import type {FailureCode} from '../../source/core/errors/codes.ts';
import {Failure} from '../../source/core/errors/failure.ts';
import type {PlanContext} from '../../source/core/plan/context.ts';
import type {BoundStep, Finding, FlyAction, Step, StepResource} from '../../source/core/plan/step.ts';
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
	/** The parts of a project that the engine reads. */
	readonly project: Project;
	/** Stops with `stop`, drops events, and does not wait. */
	readonly run: Run;
	readonly clock: VirtualClock;
	readonly stop: Stop;
	/** The words of every call, in the order they started. */
	readonly calls: readonly string[];
	/** Returns the journal as another run would find it. */
	reopenJournal(): ReturnType<typeof openJournal>;
	/** Binds a step to a plan, by default to an empty one. */
	bind(step: Step, plan?: PlanContext): BoundStep;
	close(): void;
};

export type RunOptions = {
	/** What a call does, by its words. Without it a call succeeds at once. */
	readonly onCall?: (words: string, ...call: Call) => Promise<CallOutcome> | CallOutcome;
	readonly fly?: Partial<FlyReader>;
	readonly store?: Partial<Readers['store']>;
	readonly stopOrphan?: Executor['stopOrphan'];
	/** Folder of an earlier run. */
	readonly folder?: string;
};

/** Opens a project for tests: a real journal and secret store, virtual time, and an executor that the test controls. */
export function openRunHarness({
	onCall,
	fly = {},
	store = {},
	stopOrphan,
	folder,
}: RunOptions = {}): RunHarness {
	const home = folder ?? mkdtempSync(join(tmpdir(), 'phxfly-run-'));
	const clock = openVirtualClock(1_000_000);
	const redactor = createRedactor();
	const secretStore = openSecretStore(redactor);
	const calls: string[] = [];
	const stop = createStop();
	const open = (isReadOnly: boolean) =>
		openJournal({folder: home, project: '/p', isRehearsal: false, steps, nowMs: clock.now(), isReadOnly});
	const journal = open(false);
	journal.openSection(noPlan.app, 'personal');
	let markers = 0;
	const project = {
		// A read that the test does not provide is a mistake in the test, and throws.
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

/** Returns what a step creates: things with these ids, whatever its call asks for. */
export const makeResource = (listIds: () => readonly string[]): StepResource => {
	const listed = () => listIds().map(id => ({id, traits: {}}));
	return {
		kind: 'thing',
		removalOrder: 1,
		removalTitle: 'Delete the thing',
		loss: () => 'nothing is lost',
		asked: () => ({}),
		list: async () => listed(),
		listed,
		removeCommand: ({id}) => `fly things destroy ${id}`,
	};
};

type StepOptions = Partial<Step> & {readonly takesMs?: number};

/** Returns a step over one flag in memory, which its one call sets. */
export function makeStep(
	id: string,
	needs: readonly string[] = [],
	options: StepOptions = {},
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
		...options,
	};
	return step;
}

/** @param code - Any name, since the engine does not read it. */
export const failCall = (code: string, isOutcomeUnknown = false): CallOutcome => ({
	is: 'failed',
	failure: new Failure(code as FailureCode, `It failed: ${code}.`, {exit: 'failed', hint: 'Try again.'}),
	isOutcomeUnknown,
});

/** Collects what work emits, returns, and throws. */
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

/** Returns `a: done` for each change of a step, without the looks. */
export const statusesOf = (events: readonly PhxflyEvent[]): readonly string[] =>
	events.flatMap(event =>
		event.type === 'step-changed' && event.status !== 'looking' ? [`${event.id}: ${event.status}`] : [],
	);
