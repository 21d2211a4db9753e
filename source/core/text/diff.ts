import {formatPatch, OMIT_HEADERS, structuredPatch} from 'diff';

/** More lines than a person compares; with more the search would take seconds. */
const mostEdits = 1000;

/**
Returns the difference of two texts as a small unified diff, for people to read before they agree.

@param before - Empty for a new file.
@returns '' when nothing differs. Line endings are not shown; a line that differs only in its ending is shown.
*/
export function diffLines(before: string, after: string, path: string): string {
	if (before === after) return '';
	const header = [before === '' ? '--- /dev/null' : `--- a/${path}`, `+++ b/${path}`];
	const hunks =
		findHunks(before, after, before === '' ? Infinity : mostEdits) ??
		`${findHunks(before, '', Infinity)}\n${findHunks('', after, Infinity)}`;
	return [...header, hunks].join('\n');
}

/** @returns `undefined` where more lines differ than `maxEditLength`. */
function findHunks(before: string, after: string, maxEditLength: number): string | undefined {
	const patch = structuredPatch('', '', before, after, '', '', {context: 3, maxEditLength});
	return patch && formatPatch(patch, OMIT_HEADERS).replaceAll('\r\n', '\n').slice(0, -1);
}
