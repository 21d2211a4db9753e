import {writeMarkerScript, writeStateScript} from '../../core/restore/marker.ts';
import type {Machine} from '../world/world.ts';
import {databaseBytes, showFree} from './files.ts';
import {type Remote, type RemoteResult, readDatabase, succeed} from './result.ts';

type Restore = NonNullable<Machine['restores']>[number];

/** Answers what phxfly asks of restores, and takes a marker; `undefined` for any other script. */
export function answerRestore(remote: Remote, script: string): RemoteResult | undefined {
	const {machine, nowMs} = remote;
	const database = readDatabase(remote);
	if (script === writeStateScript(database)) return succeed(writeState(remote, database), 100);
	const [, id = '', seconds, at = ''] = /^echo "(\S+) .* \+ (\d+)\)\) (\S+)" > /.exec(script) ?? [];
	if (seconds === undefined || script !== writeMarkerScript(database, {id, at})) return undefined;
	const done = (machine.restores ?? []).filter(({swappedAt}) => swappedAt !== undefined);
	machine.restores = [...done, {id, at, untilMs: nowMs + Number(seconds) * 1000}];
	return succeed('', 100);
}

function writeState(remote: Remote, database: string): string {
	const {machine, nowMs} = remote;
	const write = ({id, at, untilMs, swappedAt}: Restore) => {
		const swapped = swappedAt === undefined ? undefined : writeTime(swappedAt);
		const file =
			swapped !== undefined
				? `${database}.before-${id}/marker`
				: `${database}.restore${isOver({untilMs}, machine.boot.at) ? '.failed' : ''}`;
		const after = swapped ?? (file.endsWith('.failed') ? 'the request is too old' : undefined);
		return [
			`file ${file}`,
			`${id} ${Math.floor(untilMs / 1000)} ${at}`,
			...(after === undefined ? [] : [after]),
		];
	};
	return [
		...(machine.judgment?.goesBack ? ['able'] : []),
		`now ${Math.floor(nowMs / 1000)}`,
		showFree(remote, ['-Pk', database]).stdout.trimEnd(),
		...(machine.restores ?? []).flatMap(write),
		'end',
		'',
	].join('\n');
}

/** To the second, as `date` prints it. */
const writeTime = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

const isOver = ({untilMs}: Pick<Restore, 'untilMs'>, bootMs: number) => untilMs < bootMs;

/** Does at a start what the entrypoint does: a marker that still holds is carried out, and the old database stays. */
export function carryOutRestore(machine: Machine, nowMs: number): void {
	if (!machine.judgment?.goesBack || !machine.restores) return;
	const database = readDatabase({machine});
	for (const restore of machine.restores) {
		if (restore.swappedAt !== undefined || isOver(restore, nowMs)) continue;
		restore.swappedAt = nowMs;
		const kept = `${database}.before-${restore.id}/${database.replace(/^.*\//, '')}`;
		machine.files = {...machine.files, [kept]: databaseBytes};
	}
}
