import type {FileChange} from '../../core/project/files.ts';
import {quoteForShell} from '../../core/text/text.ts';

/**
The lines that write one file from a here-document, byte for byte.

@param hash - SHA-256 of a text's UTF-8 bytes, in hex.
*/
export function writeFileLines(
	{path, before, after, mode}: FileChange,
	hash: (text: string) => string,
): readonly string[] {
	const hasEnd = after.endsWith('\n') || after === '';
	const words = [
		...['write_file', path, mode.toString(8)],
		...[before === undefined ? 'none' : hash(before), hash(after)],
		...(hasEnd ? [] : ['cut']),
	];
	const text = hasEnd ? after.replace(/\n$/, '') : after;
	const end = chooseEnd(text);
	return [`${words.map(quoteForShell).join(' ')} <<'${end}'`, ...(after === '' ? [] : [text]), end];
}

/** A line that the text does not have. */
function chooseEnd(text: string): string {
	const lines = new Set(text.split('\n'));
	let end = 'END_OF_FILE';
	while (lines.has(end)) end += '_';
	return end;
}
