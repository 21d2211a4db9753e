import {showBytes} from './machine.ts';
import type {RowCounts} from './restore.ts';

/** What a restore drill found. */
export type DrillFindings = {
	readonly bytes: number | undefined;
	/** `undefined` without sqlite3 to count them. */
	readonly rows: RowCounts | undefined;
	readonly isChecked: boolean;
	/** When the newest transaction in the bucket was made, in milliseconds since 1970. */
	readonly newestMs: number | undefined;
	readonly where: 'machine' | 'here';
};

const shownTables = 5;

/** Describes the findings in one sentence, the largest tables first. */
export function describeDrill(
	{bytes, rows, isChecked, newestMs, where}: DrillFindings,
	nowMs: number,
): string {
	const size = bytes === undefined ? 'of unknown size' : showBytes(bytes);
	const integrity = isChecked ? 'intact' : 'integrity not checked (no sqlite3 there)';
	const tables = rows
		? listLargest(rows)
				.map(([name, count]) => `${name} ${count}`)
				.join(', ') || 'no tables'
		: 'rows not counted (no sqlite3 there)';
	const age =
		newestMs === undefined ? 'age unknown' : `the last transaction is ${showAge(nowMs - newestMs)} old`;
	return `restored ${where === 'here' ? 'here' : 'on the machine'}, ${size}, ${integrity}; ${tables}; ${age}`;
}

export const listLargest = (rows: RowCounts): readonly (readonly [string, number])[] =>
	[...rows].sort(([, a], [, b]) => b - a).slice(0, shownTables);

/** Writes a duration for people, in the two largest units. */
export function showAge(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
