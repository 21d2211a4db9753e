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

/** What a proof of the replica works with. */
export type Trial = {
	readonly plan: PlanContext;
	readonly readers: Readers;
	readonly tools: MachineTools;
	readonly wish: Parameters<typeof restoreOnMachine>[1];
	/** Why nothing can be restored on the machine. */
	readonly lack: string | undefined;
};

/** A result that names the cause. @param said - What Litestream printed. */
export function blame(said: string, what: string): CheckResult {
	const {detail, hint} = explainLitestreamError(said);
	return {status: 'wrong', detail: `${what}. ${detail}`, hint};
}

export const tooLong: CheckResult = {
	status: 'could-not-tell',
	detail: 'arriving, not proved: the restore did not end in time',
	hint: 'phxfly drill gives it longer',
};

export const otherHistoryHint =
	'a replica that moved needs an empty prefix, and the folder .NAME-litestream beside the database deleted before the start';

const objects =
	/(?:^|\/)(?:\d{4}\/[\da-f]{16}-[\da-f]{16}\.ltx|generations\/[\da-f]{16}\/(?:snapshots|wal)\/\S+\.lz4)$/;

/** What the bucket alone says, where this run was given the keys: objects of Litestream are there. That they can be read back is not proved by it. */
export async function readArrival(plan: PlanContext, {store, secrets}: Readers): Promise<string | undefined> {
	const target = plan.provider?.bringsKeys ? findStoreTarget(plan, secrets) : undefined;
	if (!target) return undefined;
	const listed = await store.list(target);
	if (listed.is === 'unreachable') return `the bucket cannot be reached from here (${listed.code})`;
	if (listed.is === 'refused') return `the bucket refuses to be listed (${listed.code || listed.status})`;
	const found = listed.keys.filter(key => objects.test(key)).length;
	return found > 0
		? `arriving, not proved: ${found} objects of Litestream are in the bucket`
		: 'the bucket holds nothing of Litestream';
}

/** Above this size counting takes longer than a check may. */
const mostBytes = 1024 * 1024 * 1024;

export const rowsBefore = async ({tools, wish}: Trial): Promise<RowCounts | undefined> =>
	wish.bytes > mostBytes ? undefined : countRows(tools.shell, wish.databasePath);

/** Holds the restored copy beside the database as it was before and is now. */
export async function compareRows(
	{tools: {shell}, wish}: Trial,
	before: RowCounts | undefined,
): Promise<
	{readonly is: 'same'; readonly said: string} | {readonly is: 'other'; readonly result: CheckResult}
> {
	const copy = before && (await countRows(shell, wish.scratch));
	const after = copy && (await countRows(shell, wish.databasePath));
	if (!before || !copy || !after)
		return {is: 'same', said: 'rows not compared: no sqlite3 there that could count'};
	const difference = findOtherHistory(before, copy, after);
	if (!difference) {
		const total = [...copy.values()].reduce((sum, count) => sum + count, 0);
		return {is: 'same', said: `${total} rows in ${copy.size} tables as in the database`};
	}

	const detail = `path: ${difference}: the replica holds another history`;
	return {is: 'other', result: {status: 'wrong', detail, hint: otherHistoryHint}};
}
