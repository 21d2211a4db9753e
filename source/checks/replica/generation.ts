import {isLitestreamRunning} from '../../core/litestream/machine.ts';
import {readGenerations, restoreOnMachine} from '../../core/litestream/restore.ts';
import type {CheckResult} from '../../core/verify/check.ts';
import {blame, compareRows, rowsBefore, type Trial, tooLong} from './trial.ts';

/** Litestream 0.3 sends every second. A longer lag means that replication is broken. */
const mostLagMs = 15_000;
const sendMs = 2500;

/**
Verifies a replica of Litestream 0.3: it runs, writes to the newest generation in the bucket, keeps up, and a copy can be restored. Its
commands always exit with 0, so their output is checked instead.
*/
export async function proveByGeneration(trial: Trial): Promise<CheckResult> {
	const {tools, options, lack} = trial;
	const {shell, litestream} = tools;
	const isRunning = await isLitestreamRunning(shell);
	if (isRunning === false) {
		return {
			status: 'wrong',
			detail: 'process: Litestream is not running on the machine, so nothing is replicated',
			hint: 'the entrypoint must run `litestream replicate`; check fly logs to see why it stopped',
		};
	}

	const {stdout, stderr} = await litestream.run(['generations', options.databasePath], 45);
	const output = `${stdout}\n${stderr}`;
	if (/level=ERROR|^Error|cannot /m.test(output)) return blame(output, 'the database is not replicated');
	const [newest] = readGenerations(stdout);
	if (!newest) return {status: 'not-yet', detail: 'the bucket has no generation yet'};
	const current = (await shell.run(['cat', nameGenerationFile(options.databasePath)])).stdout.trim();
	if (current !== newest.id) {
		return {
			status: 'not-yet',
			detail: `path: Litestream writes generation ${current || 'none'}, but the newest in the bucket is ${newest.id}`,
			hint: 'if this continues, new writes are not being replicated',
		};
	}

	if (newest.lagMs > mostLagMs) {
		return {
			status: 'wrong',
			detail: `the newest generation is ${Math.round(newest.lagMs / 1000)} seconds behind the database`,
			hint: 'check fly logs for messages from Litestream',
		};
	}

	if (lack) return {status: 'could-not-tell', detail: `replicating, not verified yet: ${lack}`};
	const rows = await rowsBefore(trial);
	await tools.clock.sleep(sendMs);
	const restored = await restoreOnMachine(tools, options);
	if (restored.is === 'too-long') return tooLong;
	if (restored.is === 'failed') return blame(restored.said, 'the replica could not be restored');
	const checked = await shell.run(['sqlite3', options.scratch, 'PRAGMA integrity_check'], 45);
	if (checked.exit_code !== 127 && checked.stdout.trim() !== 'ok') {
		return blame(`corrupt: ${checked.stdout}${checked.stderr}`, 'the restored copy is damaged');
	}

	if (isRunning === undefined) {
		return {
			status: 'could-not-tell',
			detail: 'replicating, not verified yet: phxfly cannot tell whether Litestream is running',
		};
	}

	const compared = await compareRows(trial, rows);
	if (compared.is === 'other') return compared.result;
	const integrity = checked.exit_code === 127 ? '' : ' and intact';
	return {
		status: 'proved',
		detail: `restored${integrity}, ${compared.summary}; Litestream writes generation ${newest.id}`,
	};
}

const nameGenerationFile = (databasePath: string): string =>
	databasePath.replace(/([^/]*)$/, '.$1-litestream/generation');
