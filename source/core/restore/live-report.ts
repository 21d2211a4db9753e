import {showBytes} from '../litestream/machine.ts';
import type {TableCounts} from '../litestream/rows.ts';
import type {EventOf} from '../session/events.ts';
import {showMoment} from './zone.ts';

type Planned = EventOf<'restore-planned'>;

/** Puts the rows of both side by side; `undefined` if one could not be counted. */
export function compareTables(
	then: TableCounts | undefined,
	now: TableCounts | undefined,
): Planned['tables'] {
	if (!then || !now) return undefined;
	return [...new Set([...then.counts.keys(), ...now.counts.keys()])].map(name => {
		const [rows, live] = [then.counts.get(name), now.counts.get(name)];
		return {name, ...(rows === undefined ? {} : {rows}), ...(live === undefined ? {} : {live})};
	});
}

const mostTables = 12;

/** Describes what a restore of the running app does, before anything is changed. */
export function showRestore(event: Planned): readonly string[] {
	const {app, asked, reached, exactSeconds, zone, litestream, bytes, downSeconds, keptIn, tables} = event;
	const show = (time: string) => `${showMoment(Date.parse(time), zone)} ${zone}`;
	return [
		`Restore of ${app} to ${show(asked)}${event.isRehearsal ? ' (rehearsal)' : ''}`,
		'',
		...(reached === undefined
			? []
			: [`  reached    ${show(reached)}: the newest change that is in it, tried on the machine`]),
		`  exactness  up to ${exactSeconds} s before that time may be missing (Litestream ${litestream})`,
		`  lost       what the app wrote after that time, and writes until it stops: only the old database has it`,
		`  stays      the old database, whole, in ${keptIn} on the volume (${showBytes(bytes)}); replica, secrets, image`,
		`  down       about ${downSeconds} s: the machine restarts, and restores before the app starts`,
		`  undo       phxfly restore --at TIME; the end prints it with its time`,
		...showTables(tables),
		'',
	];
}

function showTables(tables: Planned['tables']): readonly string[] {
	if (!tables) return ['  rows       not counted: there is no sqlite3 on the machine'];
	const different = tables.filter(({rows, live}) => rows !== live);
	const sameCount = tables.length - different.length;
	const lines = different
		.slice(0, mostTables)
		.map(({name, rows, live}) => `${name}: ${describe(rows, live)}`);
	const more = different.length - lines.length;
	const same =
		sameCount === 0
			? []
			: [`${sameCount} ${sameCount === 1 ? 'table has' : 'tables have'} as many rows as now`];
	const all = [...lines, ...(more > 0 ? [`${more} more tables differ`] : []), ...same];
	return all.map((line, at) => `  ${(at === 0 ? 'rows' : '').padEnd(10)} ${line}`);
}

function describe(rows: number | undefined, live: number | undefined): string {
	if (rows === undefined) return `no such table then, ${live} rows now`;
	if (live === undefined) return `${rows} rows then, no such table now`;
	const more = live - rows;
	return `${rows} rows then, ${live} now (${Math.abs(more)} ${more > 0 ? 'fewer' : 'more'} after the restore)`;
}
