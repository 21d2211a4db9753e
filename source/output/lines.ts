import {describePrices} from '../core/plan/cost.ts';
import {showPushed} from '../core/push/report.ts';
import {showRestore} from '../core/restore/live-report.ts';
import {showCopy, showPoints} from '../core/restore/report.ts';
import type {Redactor} from '../core/secrets/redact.ts';
import type {PhxflyEvent} from '../core/session/events.ts';

/** Returns the event with every text cleaned, since texts may come from Fly, DNS, or file names. */
export function cleanEvent(event: PhxflyEvent, redactor: Pick<Redactor, 'clean' | 'redact'>): PhxflyEvent {
	return cleanValue(event, redactor) as PhxflyEvent;
}

function cleanValue(value: unknown, redactor: Pick<Redactor, 'clean' | 'redact'>): unknown {
	if (typeof value === 'string') return redactor.clean(value);
	if (Array.isArray(value)) return value.map(item => cleanValue(item, redactor));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [
			name,
			// A patch without its tabs and line endings does not apply.
			name === 'diff' && typeof item === 'string' ? redactor.redact(item) : cleanValue(item, redactor),
		]),
	);
}

const words = {
	waiting: 'waiting',
	looking: 'looking',
	running: 'running',
	done: 'done',
	'already-done': 'already done',
	failed: 'failed',
	skipped: 'skipped',
	checking: 'checking',
	proved: 'verified',
	'not-yet': 'not yet',
	'could-not-tell': 'could not tell',
	wrong: 'wrong',
	hint: 'hint',
} as const;

/** Returns one event as lines of text for pipes and screen readers; `undefined` for events without news. */
export function writePlainLine(event: PhxflyEvent): string | undefined {
	switch (event.type) {
		case 'plan-made': {
			const {steps, files, cost} = event;
			const price = `about $${cost.monthlyUsd.toFixed(2)}/month (${describePrices(cost)})`;
			return [`plan: ${steps.length} steps, ${price}`, ...files.map(file => `file: ${file}`)].join('\n');
		}

		case 'step-changed': {
			const {id, status, seconds, note} = event;
			if (status === 'looking' || status === 'waiting') return undefined;
			const time = seconds === undefined ? '' : `, ${Math.round(seconds)} s`;
			return `${id}: ${words[status]}${time}${note ? `, ${note}` : ''}`;
		}

		case 'line-printed': {
			return `${event.id}: ${event.line}`;
		}

		case 'record-needed': {
			const {name, recordType, value, host} = event;
			return `record needed: ${name} ${recordType} ${value}${host === undefined ? '' : ` (host: ${host})`}`;
		}

		case 'check-changed': {
			return event.status === 'checking'
				? undefined
				: `check ${event.id}: ${words[event.status]}, ${event.detail}`;
		}

		case 'points-found': {
			return showPoints(event).join('\n');
		}

		case 'copy-made': {
			return showCopy(event).join('\n');
		}

		case 'file-pushed': {
			return showPushed(event).join('\n');
		}

		case 'restore-planned': {
			return showRestore(event).join('\n');
		}

		case 'input-needed': {
			return `answer needed: ${event.message}\nnext: ${event.next}`;
		}

		case 'failed': {
			return writeFailure(event);
		}

		case 'finished': {
			return `finished: ${event.url ? `${event.url}, ` : ''}exit ${event.exit}`;
		}
	}
}

/** Turns a failure into text. No other place does. */
function writeFailure(failure: {
	readonly code: string;
	readonly message: string;
	readonly exists: readonly string[];
	readonly hint: string;
}): string {
	const {code, message, exists, hint} = failure;
	return [
		`failed (${code}): ${message}`,
		...(exists.length > 0 ? [`what exists now: ${exists.join(', ')}`] : []),
		`what to do: ${hint}`,
	].join('\n');
}

/**
Returns one event as a line of JSON. Names and shapes are a stable promise.

@param nowMs - Milliseconds since 1970, on the run's clock.
*/
export function writeJsonLine(event: PhxflyEvent, nowMs: number): string {
	const {type, ...rest} = event;
	const line = {v: 1, type, at: new Date(nowMs).toISOString(), ...rest};
	return `${JSON.stringify(line, (_, value: unknown) => (value === undefined ? null : value))}\n`;
}
