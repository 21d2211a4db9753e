import type {Cli, Options} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import type {Failure} from '../core/errors/failure.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {toPlainText} from '../core/text/text.ts';
import {cleanEvent, writeJsonLine, writePlainLine} from '../output/lines.ts';

/** Asks one question where a person sits. @returns The line as typed; empty when the terminal went away. */
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
		stdin.on('data', onData).on('end', onEnd);
	});
}

export type Output = {
	emit(event: PhxflyEvent): void;
	say(line: string): void;
	/** From then on events carry the run's time. */
	setClock(now: () => number): void;
	/** From then on whatever is printed, and a crash report, hides the run's secrets. */
	setRedactor(redact: (text: string) => string): void;
	readonly redact: (text: string) => string;
	readonly isJson: boolean;
	readonly hasFinished: () => boolean;
};

/** Events as JSON lines or plain lines, talk on stderr; the drawn face reads the session instead. */
export function openOutput(
	host: Cli['host'],
	{json, quiet, verbose}: Pick<Options, 'json' | 'quiet' | 'verbose'>,
): Output {
	const seen = new Set<string>();
	const clean = (text: string) => toPlainText(redact(text));
	let hasFinished = false;
	let now = Date.now;
	let redact = (text: string) => text;
	return {
		setClock(runNow) {
			now = runNow;
		},
		setRedactor(runRedact) {
			redact = runRedact;
		},
		redact: text => redact(text),
		isJson: json,
		hasFinished: () => hasFinished,
		emit(raw) {
			const event = cleanEvent(raw, clean);
			if (event.type === 'record-needed') {
				// A step tells it before the zone is known; to people the same record is said once.
				const key = JSON.stringify(json ? event : {...event, host: undefined});
				if (seen.has(key)) return;
				seen.add(key);
			}

			if (event.type === 'finished') hasFinished = true;
			if (json) {
				host.stdout.write(writeJsonLine(event, now()));
				return;
			}

			// The failure that follows says the same, with what to do.
			if (event.type === 'input-needed') return;
			if (quiet && event.type !== 'finished' && event.type !== 'failed') return;
			const line = writePlainLine(event);
			if (line === undefined || (event.type === 'line-printed' && quiet && !verbose)) return;
			(event.type === 'failed' ? host.stderr : host.stdout).write(`${line}\n`);
		},
		say(line) {
			if (!json && !quiet) host.stderr.write(`${clean(line)}\n`);
		},
	};
}

/** The one place that turns a failure into an exit code; `--quiet` does not hide it. */
export function reportFailure({code, message, exists, hint, exit}: Failure, face: Output): number {
	face.emit({type: 'failed', code, message, exists, hint});
	if (face.isJson && !face.hasFinished()) {
		face.emit({type: 'finished', exit: exitCodes[exit], url: undefined, resources: []});
	}

	return exitCodes[exit];
}
