import {countRows, findOtherHistory, type RowCounts} from '../../core/litestream/restore.ts';
import type {CheckResult} from '../../core/verify/check.ts';
import {otherHistoryHint, type Trial} from '../verify/replica-trial.ts';

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
