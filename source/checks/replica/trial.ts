import {explainLitestreamError} from '../../core/litestream/failures.ts';
import {
	countRows,
	findOtherHistory,
	type MachineTools,
	type RowCounts,
	type restoreOnMachine,
} from '../../core/litestream/restore.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';
import {findStoreTarget} from '../../core/storage/target.ts';
import type {CheckResult} from '../../core/verify/check.ts';

/** The inputs for verifying a replica. */
export type Trial = {
	readonly plan: PlanContext;
	readonly readers: Readers;
	readonly tools: MachineTools;
	readonly options: Parameters<typeof restoreOnMachine>[1];
	/** Why the machine cannot restore the database. */
	readonly lack: string | undefined;
};

/** Returns a result that names the cause. @param output - What Litestream printed. */
export function blame(output: string, what: string): CheckResult {
	const {detail, hint} = explainLitestreamError(output);
	return {status: 'wrong', detail: `${what}. ${detail}`, hint};
}

export const tooLong: CheckResult = {
	status: 'could-not-tell',
	detail: 'replicating, not verified yet: the restore timed out',
	hint: 'run phxfly drill, which allows more time',
};

export const otherHistoryHint =
	'to move a replica, use an empty prefix and delete .NAME-litestream next to the database before starting';

const objects =
	/(?:^|\/)(?:\d{4}\/[\da-f]{16}-[\da-f]{16}\.ltx|generations\/[\da-f]{16}\/(?:snapshots|wal)\/\S+\.lz4)$/;

/** Returns what the bucket shows, if this run has its keys. Litestream objects in it do not verify that they can be restored. */
export async function readArrival(plan: PlanContext, {store, secrets}: Readers): Promise<string | undefined> {
	const target = plan.provider?.bringsKeys ? findStoreTarget(plan, secrets) : undefined;
	if (!target) return undefined;
	const listed = await store.list(target);
	if (listed.is === 'unreachable') return `the bucket is unreachable from this computer (${listed.code})`;
	if (listed.is === 'refused') return `listing the bucket was rejected (${listed.code || listed.status})`;
	const found = listed.keys.filter(key => objects.test(key)).length;
	return found > 0
		? `replicating (${found} objects in the bucket), not verified yet`
		: 'the bucket has no Litestream objects';
}

/** Above this size, counting rows takes too long for a check. */
const mostBytes = 1024 * 1024 * 1024;

export const rowsBefore = async ({tools, options}: Trial): Promise<RowCounts | undefined> =>
	options.bytes > mostBytes ? undefined : countRows(tools.shell, options.databasePath);

/** Compares the restored copy with the database before and after the restore. */
export async function compareRows(
	{tools: {shell}, options}: Trial,
	before: RowCounts | undefined,
): Promise<
	{readonly is: 'same'; readonly summary: string} | {readonly is: 'other'; readonly result: CheckResult}
> {
	const copy = before && (await countRows(shell, options.scratch));
	const after = copy && (await countRows(shell, options.databasePath));
	if (!before || !copy || !after) return {is: 'same', summary: 'rows not compared: the image has no sqlite3'};
	const difference = findOtherHistory(before, copy, after);
	if (!difference) {
		const total = [...copy.values()].reduce((sum, count) => sum + count, 0);
		return {is: 'same', summary: `${total} rows in ${copy.size} tables match the database`};
	}

	const detail = `path: ${difference}: the replica comes from a different database`;
	return {is: 'other', result: {status: 'wrong', detail, hint: otherHistoryHint}};
}
