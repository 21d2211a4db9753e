import {formatPatch, OMIT_HEADERS, structuredPatch} from 'diff';

/** More lines than a person compares; with more the search would take seconds. */
const mostEdits = 1000;

/**
Returns the difference of two texts as a small unified diff that `git apply` takes, for people to read before they agree.

@param before - `undefined` for a new file.
@param mode - Permission bits of a new file.
@returns '' when nothing differs, otherwise whole lines. Tabs, line endings and a byte order mark are as in the texts.
*/
export function diffLines(before: string | undefined, after: string, path: string, mode = 0o644): string {
	if (before === after) return '';
	// git ends a name at a blank, unless a tab follows.
	const end = /\s/.test(path) ? '\t' : '';
	const header =
		before === undefined
			? [
					`diff --git a/${path} b/${path}`,
					`new file mode 100${(mode & 0o111) === 0 ? '644' : '755'}`,
					'--- /dev/null',
				]
			: [`--- a/${path}${end}`];
	const hunks =
		findHunks(before ?? '', after, before ? mostEdits : Infinity) ??
		`${findHunks(before ?? '', '', Infinity)}${findHunks('', after, Infinity)}`;
	return [...header, `+++ b/${path}${end}`, hunks].join('\n');
}

/** @returns `undefined` where more lines differ than `maxEditLength`. */
function findHunks(before: string, after: string, maxEditLength: number): string | undefined {
	const patch = structuredPatch('', '', before, after, '', '', {context: 3, maxEditLength});
	return patch && formatPatch(patch, OMIT_HEADERS);
}
