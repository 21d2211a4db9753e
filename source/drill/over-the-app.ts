import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {showBytes} from '../core/litestream/machine.ts';
import {removeScratch} from '../core/litestream/restore.ts';
import {countRows, type TableCounts} from '../core/litestream/rows.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Readers} from '../core/readers.ts';
import {type LiveRestore, readMachineState, requestStep, restartStep} from '../core/restore/live-steps.ts';
import type {RestoreRequest, RestoreState} from '../core/restore/marker.ts';
import {
	endsTooEarly,
	exactSeconds,
	findNearest,
	type RestorePoints,
	settleTime,
} from '../core/restore/points.ts';
import {type Copy, type RestoreTarget, restoreCopy} from './drill.ts';
import {listPoints} from './list-points.ts';
import {findMachine} from './on-the-machine.ts';

/** The only machine of the app, and what its volume tells of restores. */
export type LivePlace = Pick<LiveRestore, 'app' | 'machineId' | 'databasePath'> & {
	/** Absent while it does not run. */
	readonly state: RestoreState | undefined;
};

/**
Finds the machine that a restore would restart, and asks it whether it can go back.

@param mayBeDown - An earlier run was killed while it restarted the machine.
@throws {Failure} `several-machines` (exit 6), `restore-not-offered` (exit 9).
*/
export async function findLivePlace(
	{app, databasePath, flyTomlPath}: PlanContext,
	readers: Readers,
	mayBeDown: boolean,
): Promise<LivePlace> {
	const machines = (await readers.fly.listMachines(app)).filter(isManaged).filter(isThere);
	const [machine, second] = machines;
	if (second) {
		throw new Failure(
			'several-machines',
			`${app} has ${machines.length} machines (${machines.map(({id}) => id).join(', ')}), and a restore is for one. Nothing was changed.`,
			{hint: `Keep the one with the volume: fly machine destroy ID --force -a ${app}. Then run it again.`},
		);
	}

	if (!machine || !databasePath) {
		const why = machine ? `DATABASE_PATH is not in ${flyTomlPath}` : `${app} has no machine`;
		throw refuse(why, 'To deploy one: phxfly deploy');
	}

	const place = {app, machineId: machine.id, databasePath};
	if (machine.state !== 'started') {
		if (mayBeDown) return {...place, state: undefined};
		throw refuse(`machine ${machine.id} is ${machine.state}`, `fly machine start ${machine.id} -a ${app}`);
	}

	const state = await readMachineState(place, readers);
	if (state.isAble) return {...place, state};
	throw refuse(
		'the image starts with another entrypoint than that of this phxfly',
		'If rel/entrypoint.sh is an older one of phxfly, delete it, run phxfly, which writes the new one, and then phxfly deploy. Otherwise restore into a file: phxfly restore --at TIME --to FILE',
	);
}

/** Returns the restore that an earlier run asked for and did not see the end of. */
export function findUnfinished(
	{state}: LivePlace,
	{journal, journalView}: Pick<Project, 'journal' | 'journalView'>,
): RestoreRequest | undefined {
	if (state?.waiting && !state.waiting.isTooOld) return state.waiting;
	const [, id, at] = /^(\S+) (\S+)$/.exec(journal.section().ids[requestStep] ?? '') ?? [];
	if (!id || !at || !journalView.pendingCall(restartStep)) return undefined;
	return !state || state.done.some(each => each.id === id) ? {id, at} : undefined;
}

const refuse = (why: string, hint: string): Failure =>
	new Failure(
		'restore-not-offered',
		`phxfly cannot restore over the running app: ${why}. Nothing was changed.`,
		{
			hint,
		},
	);

/** What a restore to that time gave back on the machine. */
export type Trial = {
	readonly atMs: number;
	readonly exactSeconds: number;
	readonly copy: Copy;
	/** Of the live database, right after the copy; `undefined` without sqlite3. */
	readonly live: TableCounts | undefined;
	/** How long the machine took, in seconds. */
	readonly seconds: number;
	readonly litestream: string;
};

/**
Restores that time into a scratch file on the machine, counts its rows and those of the live database, and deletes it.

@param check - Rejects a time that the replica does not have.
@throws {Failure} `no-room`, or as `restoreCopy`.
*/
export async function tryRestore(
	plan: PlanContext,
	{databasePath, state}: LivePlace,
	readers: Readers,
	{
		askedMs,
		check,
	}: {
		readonly askedMs: number;
		readonly check: (found: RestorePoints, atMs: number, target: RestoreTarget) => void;
	},
): Promise<Trial> {
	const {target} = await findMachine(plan, readers);
	const {shell, scratch, room, clock, litestream} = target;
	try {
		requireRoom(plan, databasePath, room.databaseBytes ?? 0, state?.freeBytes);
		const found = await listPoints(target);
		// An undo asks for the time of its restore, after which a quiet app has stored nothing.
		const isUndo = state?.done.some(({swapped}) => Date.parse(swapped) === askedMs) ?? false;
		const wantedMs = isUndo ? Math.min(askedMs, found.latestMs) : askedMs;
		check(found, wantedMs, target);
		const atMs = settleTime(found, wantedMs);
		const startedMs = clock.elapsed();
		const copy = await restoreCopy(target, atMs);
		const seconds = (clock.elapsed() - startedMs) / 1000;
		if (endsTooEarly(found, atMs, copy.txid)) {
			throw new Failure(
				'drill-failed',
				'The bucket lists later changes from before that time, so one in between is missing. Nothing was changed.',
				{hint: 'Choose an earlier time, or see what a file of it has: phxfly restore --at TIME --to FILE'},
			);
		}

		return {
			atMs,
			exactSeconds: Math.max(1, exactSeconds[findNearest(found, atMs).kind]),
			copy,
			live: await countRows(shell, databasePath),
			seconds,
			litestream: litestream.version,
		};
	} finally {
		await removeScratch(shell, scratch);
	}
}

const spareBytes = 16 * 1024 * 1024;

/** The old database stays beside the new one. @throws {Failure} `no-room` (exit 9). */
function requireRoom(
	{app}: PlanContext,
	databasePath: string,
	bytes: number,
	freeBytes: number | undefined,
): void {
	const needed = bytes * 2 + spareBytes;
	if (freeBytes !== undefined && freeBytes >= needed) return;
	const free = freeBytes === undefined ? 'an unknown amount' : showBytes(freeBytes);
	throw new Failure(
		'no-room',
		`Nothing was restored: the volume has ${free} free, but a restore needs ${showBytes(needed)}, because the old database stays on it.`,
		{
			hint: `Make the volume larger: fly volumes list -a ${app}, fly volumes extend ID --size GB -a ${app}. Old databases of earlier restores are in ${databasePath}.before-*.`,
		},
	);
}
