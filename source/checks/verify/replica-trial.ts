import {explainLitestreamError} from '../../core/litestream/failures.ts';
import type {MachineTools, restoreOnMachine} from '../../core/litestream/restore.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';
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
