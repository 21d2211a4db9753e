import {StringDecoder} from 'node:string_decoder';

const maxLineLength = 4000;
const longestWord = 1000;

/** Between two words where there are any, so that a secret value is not cut in two and escapes whoever hides it. */
function findCut(text: string): number {
	const from = maxLineLength - longestWord;
	const at = text.slice(from, maxLineLength).search(/\s\S*$/);
	return at === -1 ? maxLineLength : from + at + 1;
}

/**
Cuts a byte stream into lines: at `\n`, `\r\n` and a bare `\r` (a progress display). A line longer than 4,000 characters
comes in pieces, so memory stays flat whatever is printed. Bytes that are not UTF-8 become U+FFFD.

@param onLine - Called for each line without its end; empty progress frames are left out.
*/
export function createLineSplitter(onLine: (line: string) => void): {push(chunk: Buffer): void; end(): void} {
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

		rest += text.slice(from);
		while (rest.length > maxLineLength) {
			const end = findCut(rest);
			onLine(rest.slice(0, end));
			rest = rest.slice(end);
		}
	};

	const emit = (line: string) => {
		let left = line;
		while (left.length > maxLineLength) {
			const end = findCut(left);
			onLine(left.slice(0, end));
			left = left.slice(end);
		}

		onLine(left);
	};

	return {
		push: chunk => take(decoder.write(chunk)),
		end() {
			take(decoder.end());
			if (rest !== '') emit(rest);
			rest = '';
		},
	};
}
