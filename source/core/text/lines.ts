import {StringDecoder} from 'node:string_decoder';

/** Returns where an unfinished text can be cut instead of at `at`, or 0 while more of it must be seen. */
export type FindCut = (text: string, at: number) => number;

const maxLineLength = 4000;

/**
Cuts a byte stream into lines: at `\n`, `\r\n` and a bare `\r` (a progress display). A line longer than 4,000 characters
comes in pieces, so memory stays flat whatever is printed; a piece is longer only where `findCut` says so. Bytes that are not UTF-8 become U+FFFD.

@param onLine - Called for each line without its end; empty progress frames are left out.
@param findCut - Keeps a secret value from being cut in two, since the redactor cannot recognize half a value.
*/
export function createLineSplitter(
	onLine: (line: string) => void,
	findCut: FindCut = (_, at) => at,
): {push(chunk: Buffer): void; end(): void} {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	let endedWithReturn = false;

	const take = (text: string) => {
		let from = 0;
		for (let at = 0; at < text.length; at++) {
			const character = text[at];
			if (character !== '\n' && character !== '\r') {
				endedWithReturn = false;
				continue;
			}

			const line = rest + text.slice(from, at);
			rest = '';
			from = at + 1;
			if (character === '\r') {
				if (line !== '') emit(line);
				endedWithReturn = line !== '';
			} else {
				if (!(endedWithReturn && line === '')) emit(line);
				endedWithReturn = false;
			}
		}

		rest = emitPieces(rest + text.slice(from));
	};

	/** @returns What is left, short enough to wait for its end. */
	const emitPieces = (text: string): string => {
		let left = text;
		while (left.length > maxLineLength) {
			const end = findCut(left, findGap(left));
			if (end === 0) break;
			onLine(left.slice(0, end));
			left = left.slice(end);
		}

		return left;
	};

	const emit = (line: string) => onLine(emitPieces(line));

	return {
		push: chunk => take(decoder.write(chunk)),
		end() {
			take(decoder.end());
			if (rest !== '') emit(rest);
			rest = '';
		},
	};
}

const longestWord = 1000;

/** Finds a gap between two words, if there is one, so that no word is split. */
function findGap(text: string): number {
	const from = maxLineLength - longestWord;
	const at = text.slice(from, maxLineLength).search(/\s\S*$/);
	return at === -1 ? maxLineLength : from + at + 1;
}

/** Returns a function from a position in a text to its line, counted from 1. */
export function indexLines(text: string): (index: number) => number {
	const starts = [0];
	for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
	return index => {
		let [low, high] = [0, starts.length];
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((starts[middle] ?? 0) <= index) low = middle;
			else high = middle;
		}

		return low + 1;
	};
}

type NumberedLine = {readonly line: number; readonly text: string};

/** Lists every line without its ending, counted from 1. */
export const listLines = (text: string): readonly NumberedLine[] =>
	text.split('\n').map((line, index) => ({line: index + 1, text: line.replace(/\r$/, '')}));

/** Lists the lines of a shell script, Dockerfile, TOML, or YAML that are not only a comment, cut at ` # `. */
export const listUncommented = (text: string): readonly NumberedLine[] =>
	listLines(text)
		.filter(line => !/^\s*(?:#|$)/.test(line.text))
		.map(({line, text: whole}) => {
			const at = whole.indexOf(' # ');
			return {line, text: at === -1 ? whole : whole.slice(0, at)};
		});
