type Line = {readonly mark: ' ' | '-' | '+'; readonly text: string};

const contextLines = 3;

/**
The difference of two texts as a small unified diff, for people to read before they agree.

@param before - Empty for a file that is new.
@returns '' when nothing differs. Line endings are not shown; a line that differs only in its ending is.
*/
export function diffLines(before: string, after: string, path: string): string {
	if (before === after) return '';
	const lines = compare(splitLines(before), splitLines(after));
	const header = [before === '' ? '--- /dev/null' : `--- a/${path}`, `+++ b/${path}`];
	return [...header, ...findHunks(lines).flatMap(hunk => writeHunk(lines, hunk))].join('\n');
}

const splitLines = (text: string): readonly string[] => (text === '' ? [] : text.split(/(?<=\n)/));

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
	const lengths = measureCommon(before, after);
	const lines: Line[] = [];
	let [old, fresh] = [0, 0];
	while (old < before.length || fresh < after.length) {
		const [gone, come] = [before[old], after[fresh]];
		if (gone !== undefined && gone === come) {
			lines.push({mark: ' ', text: gone});
			old += 1;
			fresh += 1;
		} else if (gone !== undefined && at(lengths, old + 1, fresh) >= at(lengths, old, fresh + 1)) {
			lines.push({mark: '-', text: gone});
			old += 1;
		} else {
			lines.push({mark: '+', text: come ?? ''});
			fresh += 1;
		}
	}
	return lines;
}

/** `[i][j]`: how many lines the rest of `before` from i and the rest of `after` from j have in common. */
function measureCommon(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
	const table = before.map(() => new Array<number>(after.length).fill(0));
	for (let old = before.length - 1; old >= 0; old -= 1) {
		const row = table[old] ?? [];
		for (let fresh = after.length - 1; fresh >= 0; fresh -= 1) {
			row[fresh] =
				before[old] === after[fresh]
					? at(table, old + 1, fresh + 1) + 1
					: Math.max(at(table, old + 1, fresh), at(table, old, fresh + 1));
		}
	}
	return table;
}

const at = (table: readonly (readonly number[])[], old: number, fresh: number): number =>
	table[old]?.[fresh] ?? 0;

type Hunk = {readonly from: number; readonly to: number};

function findHunks(lines: readonly Line[]): readonly Hunk[] {
	const hunks: Hunk[] = [];
	for (const [index, {mark}] of lines.entries()) {
		if (mark === ' ') continue;
		const last = hunks.at(-1);
		const hunk = {
			from: Math.max(0, index - contextLines),
			to: Math.min(lines.length, index + contextLines + 1),
		};
		if (last && hunk.from <= last.to) hunks[hunks.length - 1] = {from: last.from, to: hunk.to};
		else hunks.push(hunk);
	}
	return hunks;
}

function writeHunk(lines: readonly Line[], {from, to}: Hunk): readonly string[] {
	const range = (skipped: '-' | '+'): string => {
		const start = lines.slice(0, from).filter(({mark}) => mark !== skipped).length;
		const length = lines.slice(from, to).filter(({mark}) => mark !== skipped).length;
		return `${length === 0 ? start : start + 1},${length}`;
	};
	const body = lines
		.slice(from, to)
		.flatMap(({mark, text}) => [
			mark + text.replace(/\r?\n$/, ''),
			...(text.endsWith('\n') ? [] : ['\\ No newline at end of file']),
		]);
	return [`@@ -${range('+')} +${range('-')} @@`, ...body];
}
