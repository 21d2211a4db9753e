import type {Unread} from '../fly/inventory.ts';
import type {AppSection, JournalState} from '../journal.ts';
import {type Cost, describePrices, showPrice} from '../plan/cost.ts';
import {padText, textWidth, wrapText} from '../text/width.ts';
import type {Difference, PricedResource} from './inventory.ts';

export type StatusView = {
	readonly headline: string;
	readonly resources: readonly PricedResource[];
	readonly cost: Cost;
	/** What the journal says about it, one sentence each. */
	readonly remembered: readonly string[];
	readonly differences: readonly Difference[];
	readonly unread: readonly Unread[];
};

/**
Writes what exists, what it costs, and what differs. Ends with a newline.

@param width - Columns of the window.
*/
export function writeStatusText(view: StatusView, width: number): string {
	const room = Math.min(width, widest);
	const {headline, resources, cost, remembered, unread} = view;
	const rows = resources.map(({kind, id, detail, cost: item}) => [
		...[kind, id, item ? `${detail}, ${showPrice(item)} a month` : detail],
	]);
	const price = `About $${cost.monthlyUsd.toFixed(2)} a month (${describePrices(cost)}).`;
	return [
		...wrapText(headline, room),
		...(rows.length > 0 ? ['', ...writeRows(rows, room), '', ...wrapText(price, room)] : []),
		...(remembered.length > 0 ? ['', ...remembered.flatMap(line => wrapText(line, room))] : []),
		...unread.flatMap(({kind, why}) => ['', ...wrapText(`Could not read: ${kind}. ${why}`, room)]),
		'',
		...writeDifferences(view, room),
		'',
	].join('\n');
}

const widest = 100;

function writeDifferences({differences, unread}: StatusView, room: number): readonly string[] {
	if (differences.length === 0)
		return [unread.length === 0 ? 'Nothing differs.' : 'Nothing that could be read differs.'];
	const count = differences.length === 1 ? '1 difference:' : `${differences.length} differences:`;
	return [
		count,
		...differences.flatMap(({kind, id, is, detail, next}) => [
			...indent(wrapText(`${kind} ${id}: ${is}; ${detail}`, room - 2), 2),
			...indent(wrapText(`next: ${next}`, room - 4), 4),
		]),
	];
}

/**
Writes rows of a kind, an id, and a detail as a table.

@param room - Columns.
*/
export function writeRows(rows: readonly (readonly string[])[], room: number): readonly string[] {
	const widthOf = (column: number) => Math.max(...rows.map(cells => textWidth(cells[column] ?? '')));
	const kindWidth = widthOf(0) + 2;
	const idWidth = Math.min(widthOf(1), 24) + 2;
	return rows.flatMap(([kind = '', id = '', detail = '']) => {
		const head = `${padText(kind, kindWidth)}${id}`;
		if (room < narrowWidth) return [head, ...indent(wrapText(detail, room - 2), 2)];
		const left = kindWidth + idWidth;
		const lines = wrapText(detail, room - left);
		// An id that is wider than its column gets its own line.
		if (textWidth(head) + 2 > left) return [head, ...indent(lines, left)];
		return lines.map((line, at) => `${padText(at === 0 ? head : '', left)}${line}`);
	});
}

/** Below this width in columns, a row has two lines. */
const narrowWidth = 64;

const indent = (lines: readonly string[], by: number): readonly string[] =>
	lines.map(line => `${' '.repeat(by)}${line}`);

/**
Describes the journal, one sentence each: who started, when it was last written, what it recorded.

@param stepIds - Those that create something in the account, in order.
*/
export function describeJournal(
	{account, runAtMs, org, ids, made, calls}: AppSection & Pick<JournalState, 'account' | 'runAtMs'>,
	stepIds: readonly string[],
): readonly string[] {
	const who = account ? `started as ${account.email} in ${org}` : 'started by an unknown account';
	const when = runAtMs === undefined ? '' : `, last written by the run of ${showMinute(runAtMs)}`;
	const recorded = stepIds
		.filter(id => ids[id] !== undefined)
		.map(id => `${id}: ${ids[id]}${made.some(({step}) => step === id) ? ' (created here)' : ''}`);
	return [
		`Journal: ${who}${when}.`,
		...recorded.map(line => `  ${line}`),
		...calls.map(({argv}) => `Unfinished call: fly ${argv.join(' ')}. phxfly checks it on the next run.`),
	];
}

/** In UTC. */
const showMinute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
