import type {DnsRecord} from '../domain/records.ts';
import type {CheckStatus, PhxflyEvent, StepStatus} from './events.ts';

/** Everything an output needs to draw a run. */
export type RunState = {
	readonly startedAtMs: number;
	readonly steps: readonly StepState[];
	readonly checks: readonly CheckState[];
	readonly records: readonly DnsRecord[];
	/** The last printed lines, oldest first. */
	readonly tail: readonly string[];
	readonly linesPrinted: number;
	/** The step whose command prints nothing, since when, and what that usually means. */
	readonly silence?: {readonly id: string; readonly sinceMs: number; readonly line: string};
	/** How long each step usually takes, to tell the time left. */
	readonly expected?: ExpectedSteps;
};

/** By step id: seconds, and the ids of the steps it waits for. */
export type ExpectedSteps = Readonly<
	Record<string, {readonly seconds: number; readonly needs: readonly string[]}>
>;

export type StepState = {
	readonly id: string;
	readonly title: string;
	readonly status: StepStatus;
	readonly seconds: number | undefined;
	readonly startedAtMs: number | undefined;
	readonly note: string | undefined;
	/** How much of it is done, from 0 to 1, where what it prints tells. */
	readonly share?: number;
	/** The steps of the longest build stage so far. */
	readonly buildSteps?: number;
};

export type CheckState = {
	readonly id: string;
	readonly status: CheckStatus;
	readonly detail: string;
	readonly hint?: string;
};

export const startRun = (startedAtMs: number, expected: ExpectedSteps = {}): RunState => ({
	startedAtMs,
	expected,
	steps: [],
	checks: [],
	records: [],
	tail: [],
	linesPrinted: 0,
});

/**
Returns the state after an event.

@param nowMs - The run's clock for waits and durations.
*/
export function reduceRun(state: RunState, event: PhxflyEvent, nowMs: number): RunState {
	switch (event.type) {
		case 'plan-made': {
			const steps = event.steps.map(
				({id, title}): StepState => ({
					id,
					title,
					status: 'waiting',
					seconds: undefined,
					startedAtMs: undefined,
					note: undefined,
				}),
			);
			return {...state, steps};
		}

		case 'step-changed': {
			const {id, status, seconds, note} = event;
			const steps = state.steps.map(step =>
				step.id === id
					? {
							...step,
							status,
							seconds,
							note: note ?? (status === 'running' ? step.note : undefined),
							startedAtMs: step.startedAtMs ?? nowMs,
						}
					: step,
			);
			return {...(status === 'running' ? state : endSilence(state, id)), steps};
		}

		case 'line-printed': {
			const {id, line, silentSeconds} = event;
			if (silentSeconds !== undefined)
				return {...state, silence: {id, line, sinceMs: nowMs - silentSeconds * 1000}};
			const progress = readProgress(line);
			const steps = progress
				? state.steps.map(step => (step.id === id ? addProgress(step, progress) : step))
				: state.steps;
			return {
				...endSilence(state, id),
				steps,
				tail: [...state.tail.slice(1 - tailLength), line],
				linesPrinted: state.linesPrinted + 1,
			};
		}

		case 'record-needed': {
			return {...state, records: addRecord(state.records, event)};
		}

		case 'check-changed': {
			const {id, status, detail, hint} = event;
			const check: CheckState = {id, status, detail, ...(hint === undefined ? {} : {hint})};
			const isKnown = state.checks.some(check => check.id === id);
			const checks = isKnown
				? state.checks.map(each => (each.id === id ? check : each))
				: [...state.checks, check];
			return {...state, checks};
		}

		default: {
			return state;
		}
	}
}

const tailLength = 500;

function endSilence(state: RunState, id: string): RunState {
	const {silence, ...rest} = state;
	return silence?.id === id ? rest : state;
}

type Progress = {readonly note: string; readonly share?: number; readonly buildSteps?: number};

/** Returns the progress that a line shows; `undefined` for any other line. */
function readProgress(line: string): Progress | undefined {
	for (const [pattern, note, share] of signs) {
		if (pattern.test(line)) return share === undefined ? {note} : {note, share};
	}

	const [, at, of] = /^#\d+ \[[^\]]*?(\d+)\/(\d+)\]/.exec(line) ?? [];
	if (of === undefined) return undefined;
	const share = (buildShare * Number(at)) / Number(of);
	return {note: `building, step ${at} of ${of}`, share, buildSteps: Number(of)};
}

/** How much of a deploy the build usually is. */
const buildShare = 0.75;

/** Lines of a deploy that show its progress, the progress in a few words, and how much of the deploy is done then. */
const signs: readonly (readonly [RegExp, string, number?])[] = [
	[/Waiting for depot builder/, 'waiting for a builder'],
	[/pushing manifest|exporting to image/, 'storing the image', 0.8],
	[/Launching new machine/, 'creating the machine', 0.88],
	[/Machine \S+ .*was created/, 'starting the machine', 0.9],
	[/to have state: started/, 'restarting the machine', 0.9],
	[/to become healthy|health checks/i, 'waiting for the health check', 0.95],
	[/still holds machine/, 'waiting for the lease'],
];

/** A share never shrinks, and a short stage tells nothing of a longer one. */
function addProgress(step: StepState, {note, share = 0, buildSteps}: Progress): StepState {
	const longest = Math.max(buildSteps ?? 0, step.buildSteps ?? 0);
	const counts = buildSteps === undefined || buildSteps === longest;
	const most = Math.max(step.share ?? 0, counts ? share : 0);
	return {
		...step,
		note,
		...(most > 0 ? {share: most} : {}),
		...(longest > 0 ? {buildSteps: longest} : {}),
	};
}

/** Adds a record; one that comes again, perhaps with more details, replaces the first. */
function addRecord(
	records: readonly DnsRecord[],
	{recordType, name, value, host}: DnsRecord,
): readonly DnsRecord[] {
	const record: DnsRecord = {recordType, name, value, ...(host === undefined ? {} : {host})};
	const isSame = (other: DnsRecord) =>
		other.recordType === recordType && other.name === name && other.value === value;
	return records.some(isSame)
		? records.map(other => (isSame(other) ? {...other, ...record} : other))
		: [...records, record];
}
