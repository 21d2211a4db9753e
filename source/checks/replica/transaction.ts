import {explainLitestreamError} from '../../core/litestream/failures.ts';
import {isLitestreamRunning} from '../../core/litestream/machine.ts';
import {
	readNewestTransaction,
	readRestoredTxid,
	readSync,
	restoreOnMachine,
	type Synced,
} from '../../core/litestream/restore.ts';
import {usualSocket} from '../../core/litestream/setting.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {CheckResult} from '../../core/verify/check.ts';
import {blame, compareRows, otherHistoryHint, rowsBefore, type Trial, tooLong} from './trial.ts';

const syncSeconds = 15;

/**
Asks the running Litestream to bring everything into the bucket now.

@returns The newest transaction here and in the bucket, or why there is none.
*/
async function syncReplica(trial: Trial): Promise<CheckResult | Synced> {
	const {plan, tools, wish} = trial;
	const socket = await findSocket(plan);
	const words = ['sync', '-wait', '-timeout', String(syncSeconds), '-socket', socket ?? usualSocket];
	const {
		exit_code: exit,
		stdout,
		stderr,
	} = await tools.litestream.run([...words, wish.databasePath], syncSeconds + 15);
	const synced = readSync(stdout);
	if (exit === 0 && synced) return synced;
	const said = `${stdout}\n${stderr}`;
	const {cause} = explainLitestreamError(said);
	if (cause === 'time-out') return explainSilence(trial);
	return cause === 'process' ? explainNoSocket(trial, socket) : blame(said, 'the database is not replicated');
}

async function findSocket({facts}: PlanContext): Promise<string | undefined> {
	const source = facts.litestreamPath && facts.files.get(facts.litestreamPath);
	if (!facts.litestreamPath || source === undefined) return usualSocket;
	const {readLitestreamConfig} = await import('../../core/litestream/config.ts');
	return readLitestreamConfig(facts.litestreamPath, source).socket;
}

/** Nobody answers on the socket: because none is configured, or because Litestream is not there. */
async function explainNoSocket({tools, wish}: Trial, socket: string | undefined): Promise<CheckResult> {
	const isRunning = await isLitestreamRunning(tools.shell);
	if (isRunning === false) {
		return {
			status: 'wrong',
			detail: 'process: no Litestream runs on the machine, so nothing is replicated',
			hint: 'the entrypoint must run `litestream replicate`; fly logs shows why it ended',
		};
	}

	if (socket && isRunning) {
		return {
			status: 'wrong',
			detail: 'process: Litestream runs, and does not answer on its control socket',
			hint: `${socket} is what litestream.yml says here; is the deployed file the same one?`,
		};
	}

	const listed = await tools.litestream.run(['ltx', '-level', 'all', '-json', wish.databasePath], 30);
	if (listed.exit_code !== 0) return blame(`${listed.stdout}\n${listed.stderr}`, 'the bucket cannot be read');
	const newest = readNewestTransaction(listed.stdout);
	const arriving = newest
		? `arriving, not proved: transaction ${newest.txid} is in the bucket, of ${new Date(newest.atMs).toISOString()}`
		: 'not proved: the bucket holds no transaction';
	return {
		status: 'could-not-tell',
		detail: `${arriving}; Litestream has no control socket that could be asked`,
		hint: 'add to litestream.yml: `socket: {enabled: true, path: /var/run/litestream.sock}`',
	};
}

/** Litestream 0.5 retries for minutes before it names an error: the endpoint is asked from here, and the log read. */
async function explainSilence({plan, readers}: Trial): Promise<CheckResult> {
	const {app, provider, answers} = plan;
	const endpoint = provider?.target(answers).endpoint;
	const answer = endpoint && (await readers.net.request({method: 'GET', url: endpoint}));
	if (answer && answer.is === 'unreachable') {
		return {
			status: 'wrong',
			detail: `the database is not replicated. endpoint: ${endpoint} cannot be reached, from here neither (${answer.code})`,
			hint: 'look at the endpoint of the storage',
		};
	}

	const logged = (await readers.fly.lastLogs(app)).findLast(line => /sync error|monitor error/.test(line));
	if (logged) return blame(logged, 'the database is not replicated');
	return {
		status: 'not-yet',
		detail: `Litestream has not brought everything into the bucket within ${syncSeconds} seconds`,
		hint: `fly logs -a ${app}`,
	};
}

/**
Litestream 0.5: all of now is in the bucket, a copy restored from there ends with a transaction of now, and has the rows of now. Sync alone looks
fine on a replica that was moved, and so does a restore, and its transaction numbers can meet those of the database by chance.
*/
export async function proveByTransaction(trial: Trial): Promise<CheckResult> {
	const {tools, wish, lack} = trial;
	const rows = lack ? undefined : await rowsBefore(trial);
	const before = await syncReplica(trial);
	if ('status' in before) return before;
	if (lack) return {status: 'could-not-tell', detail: `arriving, not proved: ${lack}`};

	const restored = await restoreOnMachine(tools, wish);
	if (restored.is === 'failed') return blame(restored.said, 'the replica cannot be restored');
	if (restored.is === 'too-long') return tooLong;
	const after = await syncReplica(trial);
	if ('status' in after) return after;
	const txid = readRestoredTxid(restored.stdout);
	if (txid === undefined) {
		return {
			status: 'could-not-tell',
			detail: 'arriving, not proved: Litestream does not say what it restored',
		};
	}

	// A database that is written to meanwhile is ahead of the copy, never the other way round.
	if (txid < before.remote || txid > after.local) {
		return {
			status: 'wrong',
			detail: `path: a restored copy ends with transaction ${txid}, and the database is at ${after.local}: the replica holds another history`,
			hint: otherHistoryHint,
		};
	}

	if (after.remote < before.local) {
		return {status: 'not-yet', detail: `transaction ${after.remote} of ${after.local} is in the bucket`};
	}

	const compared = await compareRows(trial, rows);
	if (compared.is === 'other') return compared.result;
	return {
		status: 'proved',
		detail: `restored and intact, up to transaction ${txid} of ${after.local}, ${compared.said}`,
	};
}
