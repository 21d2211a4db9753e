import type {Project} from '../core/command/context.ts';
import type {Failure} from '../core/errors/failure.ts';
import {findCreated} from '../core/ownership.ts';
import type {Action, BoundStep, FlyAction, StandardInput} from '../core/plan/step.ts';
import type {Clock} from '../core/readers.ts';
import type {Run} from '../core/run/ports.ts';
import {toImportLines} from '../core/secrets/secret.ts';
import {clearLease, waitForLease} from './lease.ts';

/**
Performs one action. The journal has the call before it starts and its outcome after it ends, so a kill at any moment
leaves evidence.

@throws {Failure} What flyctl reported.
@throws {UnknownOutcome} When the account may have changed anyway.
*/
export async function performAction(
	step: BoundStep,
	action: Action,
	project: Project,
	run: Run,
): Promise<void> {
	switch (action.kind) {
		case 'fly': {
			await call(step, action, project, run);
			return;
		}

		case 'write-file': {
			const backup = await project.executor.writeFile(action.change);
			if (backup)
				project.journal.changeSection(section => ({...section, backups: [...section.backups, backup]}));
			return;
		}

		case 'wait-for-lease': {
			await waitForLease(step, action, project, run);
			return;
		}

		case 'clear-lease': {
			await clearLease(action, project, run);
			return;
		}
	}
}

/** A failed call whose effect is unknown. Only another look at the account can tell. */
export class UnknownOutcome extends Error {
	readonly failure: Failure;
	readonly isLong: boolean;

	constructor(failure: Failure, {isLong = false}: Pick<FlyAction, 'isLong'> = {}) {
		super(failure.message);
		this.failure = failure;
		this.isLong = isLong;
	}
}

/** Tells whether to show a line. phxfly reads the release's JSON and flyctl's tables, and shows them its own way. */
const isShown = (line: string) => line.trim() !== '' && !/^\{"id":|\s│\s/.test(line);

async function call(
	step: BoundStep,
	action: FlyAction,
	{journal, executor, secretStore, redactor, readers}: Project,
	{emit, stop}: Run,
): Promise<void> {
	const input = action.input && encode(action.input, secretStore);
	const marker = executor.newMarker();
	const before = (await step.list()).map(({id}) => id);
	const startedAtMs = readers.clock.now();
	const untilMs = startedAtMs + (action.timeoutMs + landingMs) * readers.clock.speed;
	journal.recordCall({marker, step: step.id, argv: [...action.args], before, startedAtMs, untilMs});
	const silence = watchForSilence(readers.clock, seconds => {
		const line = `No output for ${Math.round(seconds / 60)} min.${step.silence ? ` ${step.silence}` : ''}`;
		emit({type: 'line-printed', id: step.id, stream: 'stderr', line, silentSeconds: seconds});
	});
	const outcome = await executor
		.callFly(action, {
			input,
			marker,
			signal: action.isLong ? stop.graceful : stop.forced,
			onLine(stream, line) {
				silence.heard();
				const captured = action.catches && /^\s*([A-Z][A-Z0-9_]*): (.+)$/.exec(line);
				if (captured?.[1] && captured[2] && action.catches?.includes(captured[1]))
					secretStore.capture(captured[1], captured[2]);
				const text = redactor.clean(line);
				if (isShown(text) && !action.args.includes('--json')) {
					emit({type: 'line-printed', id: step.id, stream, line: text});
				}
			},
			onStart: ({pid, startedAt}) => journal.markStarted(marker, pid, startedAt),
		})
		.finally(silence.stop);

	if (outcome.is === 'failed') {
		// A call that stays open makes the next look a careful one. A clear rejection needs none, and tells nothing of an
		// earlier call whose answer was lost.
		if (outcome.isOutcomeUnknown) throw new UnknownOutcome(outcome.failure, action);
		journal.changeSection(now => ({...now, calls: now.calls.filter(each => each.marker !== marker)}));
		throw outcome.failure;
	}

	if (action.input) await recordDigests(action.input, step.app, {journal, secretStore, readers});
	const open = journal.section().calls.filter(call => call.step === step.id);
	const created = findCreated(open, await step.list(), step, outcome.stdout);
	journal.closeCalls(step.id, created);
}

/** A request of a killed flyctl can take effect this long after its time limit. Milliseconds. */
const landingMs = 600_000;

function encode(input: StandardInput, secretStore: Project['secretStore']): string {
	return input.kind === 'import'
		? toImportLines(input.secrets.map(secretStore.require))
		: secretStore.require(input.secret).reveal();
}

/** Records Fly's digest and a fingerprint of the value, so a later run can tell that neither changed. */
async function recordDigests(
	input: StandardInput,
	app: string,
	{journal, secretStore, readers}: Pick<Project, 'journal' | 'secretStore' | 'readers'>,
): Promise<void> {
	const sent = input.kind === 'import' ? input.secrets : [input.secret];
	const listed = await readers.fly.listSecrets(app);
	for (const wanted of sent) {
		const digest = listed.find(({name}) => name === wanted.name)?.digest;
		if (digest !== undefined) journal.recordSecret(secretStore.require(wanted), digest);
	}
}

/** After this long without a line, a reader wonders; later calls come after twice the time each. Milliseconds. */
const silenceMs = 120_000;

const pollMs = 500;

/**
Calls back after two minutes without output, then after four, eight, and so on: a log needs no line for each minute.

@returns `heard` to call for every line, and `stop` to end it.
*/
function watchForSilence(clock: Clock, onSilence: (seconds: number) => void): {heard(): void; stop(): void} {
	let lastMs = clock.elapsed();
	let nextMs = silenceMs;
	const timer = setInterval(() => {
		const silentMs = clock.elapsed() - lastMs;
		if (silentMs < nextMs) return;
		while (nextMs <= silentMs) nextMs *= 2;
		onSilence(Math.round(silentMs / 1000));
	}, pollMs);
	timer.unref();
	return {
		heard() {
			lastMs = clock.elapsed();
			nextMs = silenceMs;
		},
		stop: () => clearInterval(timer),
	};
}
