import type {Project} from '../core/command/context.ts';
import {showBytes} from '../core/litestream/machine.ts';
import {removeScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Clock} from '../core/readers.ts';
import type {CopyFile} from '../core/restore/copy-file.ts';
import type {Stop} from '../core/run/ports.ts';
import type {EventOf} from '../core/session/events.ts';
import {stopped} from '../engine/step.ts';
import {type Copy, type RestoreTarget, restoreCopy} from './drill.ts';
import {fetchCopy} from './fetch-copy.ts';
import {findMachine} from './on-the-machine.ts';
import {findLocalPlace} from './on-this-computer.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Chooses this computer if it has everything the restore needs, to leave the machine alone. Else the machine. */
export async function findPlace(
	{runProgram, readers}: Pick<Project, 'runProgram' | 'readers'>,
	plan: PlanContext,
	variables: Variables,
	own?: {readonly folder: string; readonly signal: AbortSignal},
): Promise<RestoreTarget> {
	const here = runProgram && (await findLocalPlace(plan, readers, runProgram, variables, own));
	return here ?? (await findMachine(plan, readers)).target;
}

/**
Waits for a restore unless a signal ends it. What runs on this computer ends with the signal, so its end is awaited; a machine is left at once.

@throws {Failure} `stopped` (exit 130 or 143).
*/
export async function untilStopped<Result>(
	stop: Stop,
	{isLocal}: RestoreTarget,
	work: Promise<Result>,
): Promise<Result> {
	const {graceful} = stop;
	let end: () => void = () => undefined;
	const ended = new Promise<never>((_, reject) => {
		end = () => reject(stopped(stop));
	});
	if (!isLocal) graceful.addEventListener('abort', end, {once: true});
	work.catch(() => undefined);
	try {
		return await Promise.race([work, ended]);
	} catch (error) {
		throw graceful.aborted ? stopped(stop) : error;
	} finally {
		graceful.removeEventListener('abort', end);
	}
}

type Work = {
	readonly target: RestoreTarget;
	readonly file: CopyFile;
	/** Restores what was stored before this time, since 1970; the newest by default. */
	readonly atMs?: number;
	readonly signal: AbortSignal;
	/** Gets a sentence every few seconds. */
	readonly onProgress: (line: string) => void;
};

/**
Restores the replica into the file, and puts it in its place once it is whole and checked. What it leaves on the machine is deleted.

@throws {Failure} As `restoreCopy`, `fetchCopy`, and `CopyFile`.
*/
export async function restoreToFile(work: Work): Promise<Copy> {
	const {target, file, atMs, signal, onProgress} = work;
	const isOver = new AbortController();
	const watching = target.isLocal ? watchSize(file, target.clock, isOver.signal, onProgress) : undefined;
	try {
		const copy = await restoreCopy(target, atMs);
		let written = copy.bytes;
		if (!target.isLocal) {
			const bytes = await fetchCopy(target, (here, of) =>
				onProgress(`Brought ${showBytes(here)} of ${showBytes(of)} from the machine`),
			);
			await file.write(name, bytes);
			written = bytes.length;
		}

		signal.throwIfAborted();
		await file.place(name);
		return {...copy, bytes: written};
	} finally {
		isOver.abort();
		await watching;
		if (!target.isLocal) await removeScratch(target.shell, target.scratch);
	}
}

/** As `findLocalPlace` names it. */
const name = 'copy.db';

const watchMs = 2000;

async function watchSize(
	file: CopyFile,
	clock: Clock,
	signal: AbortSignal,
	onProgress: (line: string) => void,
): Promise<void> {
	while (!signal.aborted) {
		await clock.sleep(watchMs, signal).catch(() => undefined);
		const bytes = signal.aborted ? 0 : await file.measure();
		if (bytes > 0 && !signal.aborted) onProgress(`Restored ${showBytes(bytes)} so far`);
	}
}

/** Returns what the events and lines say of a restored copy. */
export const describeCopy = (
	target: RestoreTarget,
	{bytes = 0, isChecked, gaps, rows}: Copy,
): Pick<EventOf<'copy-made'>, 'bytes' | 'where' | 'litestream' | 'integrity' | 'gaps' | 'tables'> => ({
	bytes,
	where: target.where,
	litestream: target.litestream.version,
	gaps,
	integrity: isChecked ? 'intact' : 'unchecked',
	...(rows ? {tables: [...rows.counts].map(([table, count]) => ({name: table, rows: count}))} : {}),
});
