import {showAge} from '../litestream/drill.ts';
import {showBytes} from '../litestream/machine.ts';
import type {EventOf} from '../session/events.ts';
import type {PointKind} from './points.ts';
import {showMoment} from './zone.ts';

type Point = EventOf<'points-found'>['points'][number];

const kinds: Readonly<Record<PointKind, string>> = {
	snapshot: 'snapshot',
	seconds: 'each second',
	steps: 'merged',
};

const exactness: Readonly<Record<PointKind, string>> = {
	snapshot: 'exactly that time',
	seconds: 'up to 1 s before',
	steps: 'up to 30 s before',
};

/** Describes restore points as lines of a table, the newest last. */
export function showPoints(event: EventOf<'points-found'>): readonly string[] {
	const {app, litestream, where, zone, points} = event;
	const show = (at: string) => showMoment(Date.parse(at), zone);
	const showEnd = (name: string, at: string) => {
		const seconds = points.find(point => point.at === at)?.ageSeconds;
		return `  ${name}  ${show(at)}${seconds === undefined ? '' : `  ${showAge(seconds * 1000)} ago`}`;
	};
	const rows = groupPoints(points).map(({first, last, count}) => [
		show(first.at),
		count === 1 ? '' : show(last.at),
		`${showAge(last.ageSeconds * 1000)} ago`,
		String(count),
		kinds[first.kind],
		exactness[first.kind],
	]);
	return [
		`Restore points of ${app}, listed by Litestream ${litestream} ${where === 'here' ? 'here' : 'on the machine'}. Times are in ${zone}.`,
		showEnd('earliest', event.earliest),
		showEnd('latest  ', event.latest),
		'',
		...alignRows([['from', 'to', 'age', 'points', 'kind', 'gives back'], ...rows]),
		...(litestream.startsWith('0.3.')
			? [
					'',
					'Litestream 0.3 may give back up to 0.5 s after the time you ask for, and keeps little before its newest snapshot.',
				]
			: []),
	];
}

type Span = {readonly first: Point; readonly last: Point; readonly count: number};

/** Groups the points that follow each other and are of one kind. */
function groupPoints(points: readonly Point[]): readonly Span[] {
	const spans: Span[] = [];
	for (const point of points) {
		const span = spans.at(-1);
		if (span?.first.kind === point.kind)
			spans[spans.length - 1] = {...span, last: point, count: span.count + 1};
		else spans.push({first: point, last: point, count: 1});
	}

	return spans;
}

function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
	const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)));
	return rows.map(row => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}

const comparisons: Readonly<Record<EventOf<'copy-made'>['compared'], string>> = {
	equal: 'the replica equals the live database',
	different: 'the replica differs from the live database',
	'could-not-tell': 'could not compare the replica with the live database',
	'not-compared': 'not compared with a live database',
};

/** Describes a restored file as lines. */
export function showCopy(event: EventOf<'copy-made'>): readonly string[] {
	const {app, file, bytes, where, zone, asked, reached, exactSeconds, ageSeconds, note, tables} = event;
	const show = (at: string) =>
		`${showMoment(Date.parse(at), zone)} ${zone}${zone === 'UTC' ? '' : ` (${showMoment(Date.parse(at), 'UTC').slice(11)} UTC)`}`;
	const integrity = event.integrity === 'intact' ? 'intact' : 'not checked: there is no sqlite3';
	const gaps = event.gaps === 'none' ? 'without a gap' : 'not checked for gaps: run it here, with the keys';
	const comparison = `${comparisons[event.compared]}${note === undefined ? '' : `: ${note}`}`;
	return [
		`${event.isRehearsal ? 'Rehearsal: wrote sample data' : `Restored ${app}`} to ${file} (${showBytes(bytes)}).`,
		...(asked === undefined ? [] : [`  asked      ${show(asked)}`]),
		...(reached === undefined ? [] : [`  reached    ${show(reached)}: its newest change`]),
		...(exactSeconds === undefined
			? []
			: [
					`  exactness  Litestream keeps changes there so that up to ${exactSeconds} s before the time you asked for may be missing`,
				]),
		...(ageSeconds === undefined
			? []
			: [`  age        its newest change is ${showAge(ageSeconds * 1000)} old`]),
		`  integrity  ${integrity}; ${gaps}`,
		...(asked === undefined
			? [`  compared   ${comparison}`]
			: note === undefined
				? []
				: [`  note       ${note}`]),
		`  rows       ${tables ? tables.map(({name, rows}) => `${name} ${rows}`).join(', ') || 'no tables' : 'not counted: there is no sqlite3'}`,
		`  restored   ${where === 'here' ? 'on this computer' : 'on the machine'}; the file is whole without a -wal beside it`,
		...(event.isRehearsal
			? []
			: ["  keep       it contains all of the app's data: keep it out of git and out of the image"]),
	];
}
