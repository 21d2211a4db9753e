import {showBytes} from './machine.ts';
import type {RowCounts, TableCounts} from './rows.ts';

/** What a restore drill found. */
export type DrillFindings = {
	readonly bytes: number | undefined;
	/** `undefined` without sqlite3 to count them. */
	readonly rows: TableCounts | undefined;
	readonly isChecked: boolean;
	/** The copy equals the live database at that moment of the machine's clock. ISO 8601, UTC. */
	readonly equal?: {readonly asOf: string; readonly pages: number};
	/** How old the newest change in the copy may be, in milliseconds, not measured with this computer's clock alone. */
	readonly ageMs: number | undefined;
	/** That is when the storage got it: Litestream 0.3 writes no date into its objects. */
	readonly isArrival?: boolean;
	/** Whether each change of the chain that was restored was there. `unknown`: Litestream 0.3 shows it only to who has the keys. */
	readonly gaps: 'none' | 'unknown';
	/** Clocks that differ, a sentence each. */
	readonly skews: readonly string[];
	readonly where: 'machine' | 'here';
};

const shownTables = 5;

/** Describes the findings in one sentence, the largest tables first. */
export function describeDrill(found: DrillFindings): string {
	const {bytes, rows, isChecked, equal, skews, where} = found;
	const size = bytes === undefined ? 'of unknown size' : showBytes(bytes);
	const integrity = isChecked ? 'intact' : 'integrity not checked (no sqlite3 there)';
	const compared = equal
		? [`equal to the database as of ${equal.asOf.slice(11, 19)} UTC (${equal.pages} pages compared)`]
		: [describeGaps(found)];
	const restored = [`restored ${where === 'here' ? 'here' : 'on the machine'}`, size, integrity, ...compared];
	return [restored.join(', '), ...describeTables(rows), describeAge(found), ...skews].join('; ');
}

const describeGaps = ({gaps}: DrillFindings): string =>
	gaps === 'none' ? 'without a gap' : 'not checked for gaps: run it on this computer, with the keys';

function describeAge({ageMs, equal, isArrival}: DrillFindings): string {
	if (ageMs === undefined) return 'age unknown';
	if (equal) return `at most ${showAge(ageMs)} old`;
	return isArrival
		? `its last change reached the storage ${showAge(ageMs)} ago`
		: `the last transaction is ${showAge(ageMs)} old`;
}

function describeTables(rows: TableCounts | undefined): readonly string[] {
	if (!rows) return ['rows not counted (no sqlite3 there)'];
	const {counts, unread} = rows;
	const counted = listLargest(counts).map(([name, count]) => `${name} ${count}`);
	return [
		counted.join(', ') || 'no tables counted',
		...(unread.length > 0 ? [`not counted, since sqlite3 lacks their module: ${unread.join(', ')}`] : []),
	];
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
