import {explainLitestreamError, type LitestreamCause} from '../../core/litestream/failures.ts';
import {isLitestreamRunning} from '../../core/litestream/machine.ts';
import {
	readNewestTransaction,
	readRestoredTxid,
	readSync,
	restoreOnMachine,
	type Synced,
} from '../../core/litestream/restore.ts';
import {defaultSocket, ownSocket} from '../../core/litestream/setting.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {CheckResult} from '../../core/verify/check.ts';
import {blame, compareRows, otherHistoryHint, rowsBefore, type Trial, tooLong} from './trial.ts';

const syncSeconds = 15;

/**
Asks the running Litestream to send everything to the bucket now.

@returns The newest transaction here and in the bucket, or why there is none.
*/
async function syncReplica(trial: Trial): Promise<CheckResult | Synced> {
	const {plan, tools, options} = trial;
	const socket = await findSocket(plan);
	const named = socket ?? defaultSocket;
	// The deployed image may be older than the project's litestream.yml.
	const sockets = named === ownSocket ? [ownSocket, defaultSocket] : [named];
	let output = '';
	let cause: LitestreamCause = 'unknown';
	for (const path of sockets) {
		const words = ['sync', '-wait', '-timeout', String(syncSeconds), '-socket', path, options.databasePath];
		const {exit_code: exit, stdout, stderr} = await tools.litestream.run(words, syncSeconds + 15);
		const synced = readSync(stdout);
		if (exit === 0 && synced) return synced;
		output = `${stdout}\n${stderr}`;
		({cause} = explainLitestreamError(output));
		if (cause !== 'process') break;
	}

	if (cause === 'time-out') return explainSilence(trial);
	return cause === 'process'
		? explainNoSocket(trial, socket)
		: blame(output, 'the database is not replicated');
}

async function findSocket({facts}: PlanContext): Promise<string | undefined> {
	const source = facts.litestreamPath && facts.files.get(facts.litestreamPath);
	// Without one when the plan was made, the run writes ours, which names its own.
	if (!facts.litestreamPath || source === undefined) return ownSocket;
	const {readLitestreamConfig} = await import('../../core/litestream/config.ts');
	return readLitestreamConfig(facts.litestreamPath, source).socket;
}

/** Explains why the control socket does not respond: none is configured, or Litestream is not running. */
async function explainNoSocket({tools, options}: Trial, socket: string | undefined): Promise<CheckResult> {
	const isRunning = await isLitestreamRunning(tools.shell);
	if (isRunning === false) {
		return {
			status: 'wrong',
			detail: 'process: Litestream is not running on the machine, so nothing is replicated',
			hint: 'the entrypoint must run `litestream replicate`; check fly logs to see why it stopped',
		};
	}

	if (socket && isRunning) {
		return {
			status: 'wrong',
			detail: 'process: Litestream is running but does not respond on its control socket',
			hint: `litestream.yml says ${socket} here; check that the deployed file is the same`,
		};
	}

	const listed = await tools.litestream.run(['ltx', '-level', 'all', '-json', options.databasePath], 30);
	if (listed.exit_code !== 0) return blame(`${listed.stdout}\n${listed.stderr}`, 'cannot read the bucket');
	const newest = readNewestTransaction(listed.stdout);
	const arriving = newest
		? `replicating (transaction ${newest.txid} from ${new Date(newest.atMs).toISOString()} is in the bucket), not verified yet`
		: 'not verified: the bucket has no transaction';
	return {
		status: 'could-not-tell',
		detail: `${arriving}; Litestream has no control socket`,
		hint: 'add to litestream.yml: `socket: {enabled: true, path: /tmp/litestream.sock}`',
	};
}

/** Explains a sync that timed out. Litestream 0.5 retries for minutes before it reports an error, so this checks the endpoint from here and reads the log. */
async function explainSilence({plan, readers}: Trial): Promise<CheckResult> {
	const {app, provider, answers} = plan;
	const endpoint = provider?.target(answers).endpoint;
	const answer = endpoint && (await readers.net.request({method: 'GET', url: endpoint}));
	if (answer && answer.is === 'unreachable') {
		return {
			status: 'wrong',
			detail: `the database is not replicated. endpoint: ${endpoint} is unreachable, also from this computer (${answer.code})`,
			hint: 'check the storage endpoint',
		};
	}

	const logged = (await readers.fly.lastLogs(app)).findLast(line => /sync error|monitor error/.test(line));
	if (logged) return blame(logged, 'the database is not replicated');
	return {
		status: 'not-yet',
		detail: `Litestream did not send everything to the bucket within ${syncSeconds} s`,
		hint: `fly logs -a ${app}`,
	};
}

/**
Verifies a replica of Litestream 0.5: everything is in the bucket, and a restored copy ends with a current transaction and has the same rows. On a moved
replica, sync and restore both succeed and transaction numbers can match by chance, so the rows are compared too.
*/
export async function proveByTransaction(trial: Trial): Promise<CheckResult> {
	const {tools, options, lack} = trial;
	const rows = lack ? undefined : await rowsBefore(trial);
	const before = await syncReplica(trial);
	if ('status' in before) return before;
	if (lack) return {status: 'could-not-tell', detail: `replicating, not verified yet: ${lack}`};

	const restored = await restoreOnMachine(tools, options);
	if (restored.is === 'failed') return blame(restored.said, 'the replica could not be restored');
	if (restored.is === 'too-long') return tooLong;
	const after = await syncReplica(trial);
	if ('status' in after) return after;
	const txid = readRestoredTxid(restored.stdout);
	if (txid === undefined) {
		return {
			status: 'could-not-tell',
			detail: 'replicating, not verified yet: Litestream does not report what it restored',
		};
	}

	// Writes during the check put the database ahead of the copy, never the reverse.
	if (txid < before.remote || txid > after.local) {
		return {
			status: 'wrong',
			detail: `path: a restored copy ends with transaction ${txid}, but the database is at ${after.local}: the replica comes from a different database`,
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
		detail: `restored and intact, up to transaction ${txid} of ${after.local}, ${compared.summary}`,
	};
}
