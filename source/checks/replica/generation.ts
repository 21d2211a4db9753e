import {isLitestreamRunning} from '../../core/litestream/machine.ts';
import {readGenerations, restoreOnMachine} from '../../core/litestream/restore.ts';
import type {CheckResult} from '../../core/verify/check.ts';
import {blame, compareRows, rowsBefore, type Trial, tooLong} from './trial.ts';

/** Litestream 0.3 sends every second; more than this behind is not busy but broken. */
const mostLagMs = 15_000;
const sendMs = 2500;

/**
Litestream 0.3: it runs, the newest generation in the bucket is the one it writes and not behind, and a copy can be restored from it. Its
commands end with 0 whatever happens, so what they print is read.
*/
export async function proveByGeneration(trial: Trial): Promise<CheckResult> {
	const {tools, wish, lack} = trial;
	const {shell, litestream} = tools;
	const isRunning = await isLitestreamRunning(shell);
	if (isRunning === false) {
		return {
			status: 'wrong',
			detail: 'process: no Litestream runs on the machine, so nothing is replicated',
			hint: 'the entrypoint must run `litestream replicate`; fly logs shows why it ended',
		};
	}

	const {stdout, stderr} = await litestream.run(['generations', wish.databasePath], 45);
	const said = `${stdout}\n${stderr}`;
	if (/level=ERROR|^Error|cannot /m.test(said)) return blame(said, 'the database is not replicated');
	const [newest] = readGenerations(stdout);
	if (!newest) return {status: 'not-yet', detail: 'the bucket holds no generation yet'};
	const current = (await shell.run(['cat', nameGenerationFile(wish.databasePath)])).stdout.trim();
	if (current !== newest.id) {
		return {
			status: 'not-yet',
			detail: `path: Litestream writes generation ${current || 'none'}, and the newest in the bucket is ${newest.id}`,
			hint: 'if it stays so, what is written now does not arrive',
		};
	}

	if (newest.lagMs > mostLagMs) {
		return {
			status: 'wrong',
			detail: `the newest generation is ${Math.round(newest.lagMs / 1000)} seconds behind the database`,
			hint: 'fly logs shows what Litestream says',
		};
	}

	if (lack) return {status: 'could-not-tell', detail: `arriving, not proved: ${lack}`};
	const rows = await rowsBefore(trial);
	await tools.clock.sleep(sendMs);
	const restored = await restoreOnMachine(tools, wish);
	if (restored.is === 'too-long') return tooLong;
	if (restored.is === 'failed') return blame(restored.said, 'the replica cannot be restored');
	const checked = await shell.run(['sqlite3', wish.scratch, 'PRAGMA integrity_check'], 45);
	if (checked.exit_code !== 127 && checked.stdout.trim() !== 'ok') {
		return blame(`corrupt: ${checked.stdout}${checked.stderr}`, 'the restored copy is damaged');
	}

	if (isRunning === undefined) {
		return {
			status: 'could-not-tell',
			detail: 'arriving, not proved: the machine does not say whether Litestream runs',
		};
	}

	const compared = await compareRows(trial, rows);
	if (compared.is === 'other') return compared.result;
	const integrity = checked.exit_code === 127 ? '' : ' and intact';
	return {
		status: 'proved',
		detail: `restored${integrity}, ${compared.said}; generation ${newest.id} is the one that is written`,
	};
}

const nameGenerationFile = (databasePath: string): string =>
	databasePath.replace(/([^/]*)$/, '.$1-litestream/generation');
