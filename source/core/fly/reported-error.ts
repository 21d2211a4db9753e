import {toPlainText} from '../text/text.ts';

/** What flyctl itself says about its failure. */
export type ReportedError = {
	/** Its `Error:` line, without the text of a query and the ids of requests. */
	readonly text: string;
	/** The same line without addresses, so that no name within one is taken for flyctl's words. */
	readonly words: string;
	/** The lines below it, which explain it. */
	readonly more: readonly string[];
};

/**
Returns flyctl's own error: the last `Error:` line. What a build or the app printed before or after it is not flyctl's, and
a call that was interrupted prints none.

@param stderr - May be only its end.
*/
export function readReportedError(stderr: string): ReportedError | undefined {
	const lines = toPlainText(stderr).split('\n');
	const log = lines.findIndex(line => beginsAppLog.test(line));
	const own = log === -1 ? lines : lines.slice(0, log);
	const at = own.findLastIndex(line => line.startsWith(prefix));
	const line = own[at];
	if (line === undefined) return undefined;
	const text = line
		.slice(prefix.length)
		.replace(/failed to run query.*?\}: /, '')
		.replace(/\s*\((Request|Trace) ID: [^)]*\)/g, '')
		.trim();
	return {text, words: text.replace(/"https?:[^"]*"/g, '"…"'), more: own.slice(at + 1)};
}

const prefix = 'Error: ';

/** Below it flyctl prints the app's log unchanged, which may contain `Error:` lines too. */
const beginsAppLog = /^Check its logs: here's the last /;
