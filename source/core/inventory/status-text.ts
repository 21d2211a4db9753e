import {type Cost, describePrices, showPrice} from '../plan/cost.ts';
import {wrapText} from '../text/text.ts';
import {indent} from './indent.ts';
import type {Difference, Unread} from './inventory.ts';
import type {PricedResource} from './list-inventory.ts';
import {writeRows} from './write-rows.ts';

export type StatusView = {
	readonly headline: string;
	readonly resources: readonly PricedResource[];
	readonly cost: Cost;
	/** What the journal says of it, a sentence each. */
	readonly remembered: readonly string[];
	readonly differences: readonly Difference[];
	readonly unread: readonly Unread[];
};

const widest = 100;

/** What exists, what it costs, and what is not as it should be. Ends with a line end. @param width - Columns of the window. */
export function writeStatusText(view: StatusView, width: number): string {
	const room = Math.min(width, widest);
	const {headline, resources, cost, remembered, differences, unread} = view;
	const rows = resources.map(({kind, id, detail, cost: item}) => [
		...[kind, id, item ? `${detail}, ${showPrice(item)} a month` : detail],
	]);
	const price = `About $${cost.monthlyUsd.toFixed(2)} a month (${describePrices(cost)}).`;
	return [
		...wrapText(headline, room),
		...(rows.length > 0 ? ['', ...writeRows(rows, room), '', ...wrapText(price, room)] : []),
		...(remembered.length > 0 ? ['', ...remembered.flatMap(line => wrapText(line, room))] : []),
		...unread.flatMap(({kind, why}) => ['', ...wrapText(`Could not be read: ${kind}. ${why}`, room)]),
		'',
		...writeDifferences(differences, room),
		'',
	].join('\n');
}

function writeDifferences(differences: readonly Difference[], room: number): readonly string[] {
	if (differences.length === 0) return ['Nothing differs.'];
	const count = differences.length === 1 ? '1 difference:' : `${differences.length} differences:`;
	return [
		count,
		...differences.flatMap(({kind, id, is, detail, next}) => [
			...indent(wrapText(`${kind} ${id}: ${is}; ${detail}`, room - 2), 2),
			...indent(wrapText(`next: ${next}`, room - 4), 4),
		]),
	];
}
