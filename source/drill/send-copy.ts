import {Failure} from '../core/errors/failure.ts';
import {explainLitestreamError} from '../core/litestream/failures.ts';
import {showBytes} from '../core/litestream/machine.ts';
import type {PushedFile} from '../core/push/pushed-file.ts';
import type {Clock} from '../core/readers.ts';
import {type Copy, limitSeconds, type RestoreTarget, restoreCopy} from './drill.ts';
import {type Sqlite, settleCopy} from './inspect-copy.ts';

type Work = {
	readonly target: RestoreTarget;
	readonly file: PushedFile;
	readonly sqlite: Sqlite;
	/** Gets a sentence for each part of the work. */
	readonly onProgress: (line: string) => void;
};

/** As `findLocalPlace` names what it replicates, and what it restores. */
export const sentName = 'copy.db.none';
const restoredName = 'copy.db';

/**
Sends the copy to its prefix with Litestream, restores it from there, and compares both byte by byte. Continues what a
killed run began.

@throws {Failure} `push-unproved`, `push-impossible`, or as `restoreCopy`.
*/
export async function sendCopy(work: Work): Promise<Copy> {
	const {target, file, sqlite, onProgress} = work;
	const usualSeconds = Math.ceil(file.bytes / 20_000_000) + 4;
	let differing = 0;
	// 0.3 never says that it is done, so only a restore tells; a slow network needs longer.
	for (let waitSeconds = usualSeconds; ; waitSeconds *= 4) {
		onProgress(`Sending ${showBytes(file.bytes)} with Litestream ${target.litestream.version}`);
		const isOnce = await replicate(work, Math.min(waitSeconds, limitSeconds));
		await settleCopy(sqlite, `${file.folder}/${sentName}`);
		onProgress('Restoring it from the bucket, to compare each byte');
		await target.shell.run(['sh', '-c', 'rm -f "$0" "$0".tmp*', target.scratch]);
		const copy = await restoreCopy(target).catch((error: unknown) => {
			if (!isOnce && error instanceof Failure && error.code === 'replica-empty') return undefined;
			throw error;
		});
		if (copy && (await file.isEqual(restoredName, sentName))) return copy;
		if (copy) differing++;
		if (isOnce || differing > 1 || waitSeconds >= limitSeconds) throw unproved(target);
	}
}

/** @returns Whether Litestream ended because it sent everything. @throws {Failure} `push-impossible`. */
async function replicate({target}: Work, waitSeconds: number): Promise<boolean> {
	const {litestream, shell, scratch} = target;
	const run = (words: readonly string[]) => {
		const whole = litestream.complete(['replicate', ...words]);
		return shell.run(['sh', '-c', 'echo $$ > "$0"; exec "$@"', `${scratch}.pid`, ...whole], limitSeconds);
	};
	const once = litestream.is05 ? await run(['-once']) : undefined;
	const isOnce = once !== undefined && !/not defined: -once/.test(once.stderr);
	const ended = once && isOnce ? once : await run(['-exec', `sleep ${waitSeconds}`]);
	await shell.run(['rm', '-f', `${scratch}.pid`]);
	if (ended.exit_code === 0) return isOnce;
	const {detail, hint} = explainLitestreamError(`${ended.stdout}\n${ended.stderr}`);
	throw new Failure('push-impossible', `Litestream could not send the file. ${detail}.`, {
		hint: `${hint} Then run it again: it continues.`,
	});
}

const earlierSeconds = 600;

/**
Waits for the Litestream of a killed run: it still sends, and two must not send the same copy.

@throws {Failure} `push-impossible` after ten minutes.
*/
export async function awaitEarlier(
	{folder}: Pick<PushedFile, 'folder'>,
	{runProgram, searchPath, signal}: Omit<Sqlite, 'nodePath'>,
	clock: Clock,
	onProgress: (line: string) => void,
): Promise<void> {
	const script =
		'pid=$(cat "$0.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null || exit; command -v ps >/dev/null && { ps -o args= -p "$pid" | grep -qF "$0" || exit; }; echo "$pid"';
	const options = {environment: {PATH: searchPath}, input: '', timeoutMs: 15_000, signal};
	for (let waited = 0; ; waited++) {
		const {stdout} = await runProgram(['sh', '-c', script, `${folder}/${restoredName}`], options);
		const pid = stdout.trim();
		if (pid === '') return;
		if (waited === 0) onProgress(`Waiting for Litestream of the earlier run, process ${pid}`);
		if (waited >= earlierSeconds) {
			throw new Failure('push-impossible', `Litestream of an earlier push still runs: process ${pid}.`, {
				hint: `End it, kill ${pid}, then run it again: it continues.`,
			});
		}

		await clock.sleep(1000, signal);
	}
}

const unproved = ({storage}: RestoreTarget): Failure =>
	new Failure(
		'push-unproved',
		'The bucket does not give back what was pushed, so do not start the app with it.',
		{
			hint: 'Run it again: it continues. If it stays so, use another prefix: --prefix PATH.',
			exists: [`objects in ${storage?.target.bucket} under ${storage?.target.prefix}`],
		},
	);
