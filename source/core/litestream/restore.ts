import type {Clock} from '../readers.ts';
import type {MachineLitestream} from './find-machine-litestream.ts';
import {scratchFolder} from './machine.ts';
import type {MachineShell} from './machine-shell.ts';

export type Restored =
	| {readonly is: 'restored'; readonly stdout: string}
	| {readonly is: 'failed'; readonly said: string}
	/** The time for it was over. */
	| {readonly is: 'too-long'};

export type MachineTools = {
	readonly shell: MachineShell;
	readonly litestream: MachineLitestream;
	readonly clock: Clock;
	/** It is this computer, whose programs get all the time they need. */
	readonly isLocal?: boolean;
};

type Wish = {
	readonly databasePath: string;
	readonly scratch: string;
	/** Of the database, which decides whether it is waited for or polled. */
	readonly bytes: number;
	/** Of the run's clock, after which it is given up. */
	readonly limitSeconds: number;
};

/** Up to this size one command restores it well within the time that Fly gives a command. */
const shortBytes = 100 * 1024 * 1024;
const shortSeconds = 45;
const pollMs = 2000;

/**
Restores the newest state of the replica into a new file on the machine, and checks its integrity where Litestream can. A long one runs
detached and is polled. Whatever it leaves is the caller's to remove.
*/
export function restoreOnMachine(tools: MachineTools, wish: Wish): Promise<Restored> {
	return wish.bytes <= shortBytes ? restoreAtOnce(tools, wish) : restoreDetached(tools, wish);
}

const restoreWords = ({litestream}: MachineTools, {databasePath, scratch}: Wish) => [
	'restore',
	...['-o', scratch],
	...(litestream.is05 ? ['-integrity-check', 'full', '-json'] : []),
	databasePath,
];

async function restoreAtOnce(tools: MachineTools, wish: Wish): Promise<Restored> {
	const {shell, litestream, isLocal} = tools;
	if (isLocal) {
		const ended = await litestream.run(restoreWords(tools, wish), wish.limitSeconds);
		return judge(ended.exit_code, ended.stdout, ended.stderr);
	}

	const seconds = Math.min(shortSeconds, wish.limitSeconds);
	const words = ['timeout', String(seconds), ...litestream.complete(restoreWords(tools, wish))];
	const {exit_code: exit, stdout, stderr} = await shell.run(words, seconds + 10);
	return judge(exit, stdout, stderr);
}

async function restoreDetached(tools: MachineTools, wish: Wish): Promise<Restored> {
	const {shell, litestream, clock} = tools;
	const {scratch, limitSeconds} = wish;
	const command = `timeout ${limitSeconds} ${litestream.complete(restoreWords(tools, wish)).join(' ')}`;
	const script = `(${command} > ${scratch}.out 2> ${scratch}.err; echo $? > ${scratch}.exit) > /dev/null 2>&1 &`;
	const started = await shell.run(['sh', '-c', script]);
	if (started.exit_code !== 0) return {is: 'failed', said: started.stderr};
	const untilMs = clock.now() + (limitSeconds + 10) * 1000;
	while (clock.now() <= untilMs) {
		const exit = (await shell.run(['cat', `${scratch}.exit`])).stdout.trim();
		if (/^\d+$/.test(exit)) {
			const [out, errors] = [
				await shell.run(['cat', `${scratch}.out`]),
				await shell.run(['cat', `${scratch}.err`]),
			];
			return judge(Number(exit), out.stdout, errors.stdout);
		}

		await clock.sleep(pollMs);
	}

	return {is: 'too-long'};
}

/** 124 is what `timeout` ends with, 137 and 143 what its signals leave. */
function judge(exit: number, stdout: string, stderr: string): Restored {
	if (exit === 0) return {is: 'restored', stdout};
	return [124, 137, 143].includes(exit) ? {is: 'too-long'} : {is: 'failed', said: `${stdout}\n${stderr}`};
}

export const nameScratch = (purpose: 'verify' | 'drill', nowMs: number): string =>
	`${scratchFolder}/phxfly-${purpose}-${Math.round(nowMs)}.db`;

/** Everything a restore may leave beside its file, half-written ones included. */
export async function removeScratch(shell: MachineShell, scratch: string): Promise<void> {
	const endings = [
		'',
		'-wal',
		'-shm',
		'.tmp',
		'.tmp-wal',
		'.tmp-shm',
		'.out',
		'.err',
		'.exit',
		'.yml',
		'.none',
	];
	await shell.run(['rm', '-f', ...endings.map(ending => `${scratch}${ending}`)]).catch(() => undefined);
	const folder = scratch.replace(/\/[^/]*$/, '');
	if (folder !== scratchFolder) await shell.run(['rmdir', folder]).catch(() => undefined);
}
