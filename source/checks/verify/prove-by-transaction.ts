import {readRestoredTxid, restoreOnMachine} from '../../core/litestream/restore.ts';
import type {CheckResult} from '../../core/verify/check.ts';
import {syncReplica} from '../replica/transaction.ts';
import {compareRows, rowsBefore} from '../replica/trial.ts';
import {blame, otherHistoryHint, type Trial, tooLong} from './replica-trial.ts';

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
