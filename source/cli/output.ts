import type {Cli, Options} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import type {Failure} from '../core/errors/failure.ts';
import {createRedactor, type Redactor} from '../core/secrets/redact.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {textWidth, wrapText} from '../core/text/width.ts';
import {cleanEvent, writeJsonLine, writePlainLine} from '../output/lines.ts';

/** Asks one question in the terminal. @returns The line as typed, or an empty text if the terminal closed. */
export function askOnTerminal({stdin, stderr}: Cli['host'], question: string): Promise<string> {
	stderr.write(question);
	return new Promise(resolve => {
		const finish = (answer: string) => {
			stdin.off('data', onData).off('end', onEnd);
			stdin.pause();
			resolve(answer);
		};
		const onData = (typed: Buffer | string) => finish(String(typed));
		const onEnd = () => finish('');
		// A second question finds the terminal paused by the first.
		stdin.on('data', onData).on('end', onEnd).resume();
	});
}

/** What `--quiet` still prints. */
const results: readonly PhxflyEvent['type'][] = [
	'points-found',
	'copy-made',
	'file-pushed',
	'restore-planned',
	'failed',
	'finished',
];

export type Output = {
	emit(event: PhxflyEvent): void;
	say(line: string): void;
	/** Makes later events carry the run's time. */
	setClock(now: () => number): void;
	/** Makes later output, and a crash report, hide the run's secrets. */
	setRedactor(redactor: Redactor): void;
	readonly redact: (text: string) => string;
	readonly isJson: boolean;
	readonly hasFinished: () => boolean;
};

/** Writes events as JSON lines or plain lines, and messages to stderr. Screens show the session instead. */
export function openOutput(
	host: Cli['host'],
	{json, quiet, verbose}: Pick<Options, 'json' | 'quiet' | 'verbose'>,
): Output {
	const seen = new Set<string>();
	const clean = (text: string) => redactor.clean(text);
	let hasFinished = false;
	let now = Date.now;
	let redactor = createRedactor();
	return {
		setClock(runNow) {
			now = runNow;
		},
		setRedactor(runRedactor) {
			redactor = runRedactor;
		},
		redact: text => redactor.redact(text),
		isJson: json,
		hasFinished: () => hasFinished,
		emit(raw) {
			const event = cleanEvent(raw, redactor);
			if (event.type === 'record-needed') {
				// A step emits a record before phxfly knows its zone. People see the same record only once.
				const key = JSON.stringify(json ? event : {...event, host: undefined});
				if (seen.has(key)) return;
				seen.add(key);
			}

			if (event.type === 'finished') hasFinished = true;
			if (json) {
				host.stdout.write(writeJsonLine(event, now()));
				return;
			}

			// The failure that follows says the same, with the fix.
			if (event.type === 'input-needed') return;
			if (quiet && !results.includes(event.type)) return;
			const line = writePlainLine(event);
			if (line === undefined || (event.type === 'line-printed' && quiet && !verbose)) return;
			const stream = event.type === 'failed' ? host.stderr : host.stdout;
			stream.write(`${event.type === 'line-printed' ? line : breakLines(line, stream)}\n`);
		},
		say(line) {
			if (!json && !quiet) host.stderr.write(`${breakLines(clean(line), host.stderr)}\n`);
		},
	};
}

/** Breaks lines between words, where a terminal would break inside one. A word that no line holds, such as an address, stays whole. */
function breakLines(text: string, {isTTY, columns}: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): string {
	if (!isTTY || !columns) return text;
	const fits = (line: string) => line.split(/\s/).every(word => textWidth(word) <= columns);
	return text
		.split('\n')
		.flatMap(line => (fits(line) ? wrapText(line, columns) : [line]))
		.join('\n');
}

/** Emits a failure, also with `--quiet`, and returns its exit code. No other place does. */
export function reportFailure({code, message, exists, hint, exit}: Failure, output: Output): number {
	output.emit({type: 'failed', code, message, exists, hint});
	if (output.isJson && !output.hasFinished()) {
		output.emit({type: 'finished', exit: exitCodes[exit], url: undefined, resources: []});
	}

	return exitCodes[exit];
}
