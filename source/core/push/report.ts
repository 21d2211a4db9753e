import {showBytes} from '../litestream/machine.ts';
import type {EventOf} from '../session/events.ts';
import type {PushedFile} from './pushed-file.ts';

/** What a push would do. */
export type PushPlan = {
	readonly app: string;
	readonly file: PushedFile;
	/** Where the replica goes. */
	readonly place: string;
	/** The version of Litestream. */
	readonly litestream: string;
	/** An earlier run sent a part of it. */
	readonly isContinued: boolean;
	/** What was found in the file; `undefined` in a rehearsal, which has no sqlite3. */
	readonly found: {readonly schema: string | undefined; readonly isOlder: boolean} | undefined;
	/** US dollars for a GB and month in the storage. */
	readonly gbMonthUsd: number | undefined;
};

/** Describes what a push would do, cost, and leave, as a text. */
export function writePushPlan({
	app,
	file,
	place,
	litestream,
	isContinued,
	found,
	gbMonthUsd,
}: PushPlan): string {
	const {path, bytes, walBytes, pageSize, isWal, folder} = file;
	const wal = walBytes > 0 ? `, with ${showBytes(walBytes)} of WAL` : '';
	const mode = isWal ? 'WAL mode' : 'put into WAL mode in the copy';
	const schema =
		found === undefined
			? 'a rehearsal checks only its start'
			: `intact; ${describeSchema(found.schema, found.isOlder)}`;
	const usd = ((gbMonthUsd ?? 0) * bytes) / 1024 ** 3;
	const cost =
		gbMonthUsd === undefined
			? 'what your storage bills'
			: `${usd < 0.01 ? 'less than 0.01' : `about ${usd.toFixed(2)}`} USD a month`;
	return [
		`Push ${path} as the first data of ${app}:`,
		`  file    ${showBytes(bytes)}${wal}, pages of ${pageSize} bytes, ${mode}; only a copy of it is used`,
		`  checks  ${schema}`,
		`  to      ${place}, ${isContinued ? 'where an earlier run began' : 'empty now'}`,
		`  how     Litestream ${litestream} sends the copy in ${folder}, and phxfly compares what the bucket gives back`,
		`  site    no downtime: ${app} has never been deployed`,
		`  cost    ${cost} for the storage of ${showBytes(bytes)}`,
		'  stays   the file, as it is; what is written to it later is not pushed',
		'  undo    before the first start, choose another --prefix: phxfly deletes nothing in the bucket',
		'',
	].join('\n');
}

function describeSchema(schema: string | undefined, isOlder: boolean): string {
	if (schema === undefined) return 'this code has no migrations to compare';
	return isOlder
		? `migration ${schema}, older than the code: the app migrates it at its first start`
		: `migration ${schema}, as in the code`;
}

/** Describes a push that was made, as lines. */
export const showPushed = (event: EventOf<'file-pushed'>): readonly string[] => [
	`${event.isRehearsal ? 'Rehearsal: nothing was sent of' : 'Pushed'} ${event.file} (${showBytes(event.bytes)}).`,
	`  to        ${event.place}`,
	`  compared  ${event.compared === 'equal' ? 'the bucket gives it back, equal byte by byte' : 'not in a rehearsal'}`,
	...(event.tables
		? [`  rows      ${event.tables.map(({name, rows}) => `${name} ${rows}`).join(', ')}`]
		: []),
	`  next      phxfly sets ${event.app} up: its first start restores this`,
	'  undo      before that, choose another --prefix; the objects stay in the bucket until you delete them',
];
