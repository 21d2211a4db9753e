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
};

export type StepState = {
	readonly id: string;
	readonly title: string;
	readonly status: StepStatus;
	readonly seconds: number | undefined;
	readonly startedAtMs: number | undefined;
	readonly note: string | undefined;
};

export type CheckState = {
	readonly id: string;
	readonly status: CheckStatus;
	readonly detail: string;
	readonly hint?: string;
};

export const startRun = (startedAtMs: number): RunState => ({
	startedAtMs,
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
			return {...state, steps};
		}

		case 'line-printed': {
			const progress = describeProgress(event.line);
			const steps = progress
				? state.steps.map(step => (step.id === event.id ? {...step, note: progress} : step))
				: state.steps;
			return {
				...state,
				steps,
				tail: [...state.tail, event.line].slice(-tailLength),
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

const tailLength = 200;

/** Returns the progress that a line shows; `undefined` for any other line. */
function describeProgress(line: string): string | undefined {
	for (const [pattern, describe] of signs) {
		const match = pattern.exec(line);
		if (match) return describe(match);
	}

	return undefined;
}

/** Lines of a deploy that show its progress, and the progress in a few words. */
const signs: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
	[/^#\d+ \[[^\]]*?(\d+)\/(\d+)\]/, ([, at, of]) => `building, step ${at} of ${of}`],
	[/Waiting for depot builder/, () => 'waiting for a builder'],
	[/pushing manifest|exporting to image/, () => 'storing the image'],
	[/Launching new machine/, () => 'creating the machine'],
	[/Machine \S+ .*was created/, () => 'starting the machine'],
	[/to have state: started/, () => 'restarting the machine'],
	[/to become healthy|health checks/i, () => 'waiting for the health check'],
	[/still holds machine/, () => 'waiting for the lease'],
];

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
