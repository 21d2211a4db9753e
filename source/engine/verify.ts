import type {Cli} from '../core/command/context.ts';
import {type ExitName, exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Clock, FlyReader, Readers} from '../core/readers.ts';
import type {Run, Stop, Waiting} from '../core/run/ports.ts';
import type {Check, CheckResult} from '../core/verify/check.ts';
import {listResources, siteUrl} from '../core/verify/report.ts';

export type VerifyResult = ReadonlyMap<string, CheckResult & {readonly title: string}>;

/** How long to wait for pending results without `--wait`. Milliseconds. */
export const defaultWaitMs = 120_000;

/** Nothing is left alone longer: when its time comes is a date, and this computer's may be wrong. Milliseconds. */
const longestRestMs = 3_600_000;

/** Pauses between rounds: short for a DNS record you just added, long for a slow registrar. Seconds. */
const pauses = [15, 15, 15, 15, 20, 30, 45, 60, 90, 120];

/**
Runs all checks against the live system in parallel, and repeats the pending ones after growing pauses until `waitMs` is
over. Leaves a check alone until the time it names itself. After the first round, emits only changes.

@returns Every check's last result.
*/
export async function runVerify(
	checks: readonly Check[],
	plan: PlanContext,
	readers: Readers,
	{emit, stop, waiting}: Run,
): Promise<VerifyResult> {
	const {clock} = readers;
	const {waitMs, isPatient = false, onPause, whenCalled} = waiting;
	const signal = stop.graceful;
	const results = new Map<string, CheckResult & {readonly title: string}>();
	const untilMs = clock.elapsed() + waitMs;
	const needed = checks.filter(check => check.isNeeded(plan));
	let open = needed;
	// Keeps the order of the checks, whichever one ends first.
	for (const {id, title} of open) results.set(id, {status: 'could-not-tell', detail: 'not checked', title});
	const earliestMs = new Map<string, number>();
	const earliest = ({id}: Check) => earliestMs.get(id) ?? 0;
	for (let look = 0; ; look++) {
		const due = needed.filter(
			check =>
				(open.includes(check) || (isPatient && check.isFleeting)) && earliest(check) <= clock.elapsed(),
		);
		await askAll(due, plan, readers, results, {emit, isRepeated: look > 0});
		for (const {id} of due) {
			const notBeforeMs = results.get(id)?.notBeforeMs;
			const restMs = notBeforeMs === undefined ? 0 : Math.min(notBeforeMs - clock.now(), longestRestMs);
			earliestMs.set(id, clock.elapsed() + restMs);
		}

		open = needed.filter(({id}) => isOpen(results.get(id), isPatient));
		const leftMs = untilMs - clock.elapsed();
		if (open.length === 0 || leftMs <= 0 || signal.aborted) return results;
		const restMs = Math.min(...open.map(earliest)) - clock.elapsed();
		const pauseMs = Math.min(Math.max(pauseAfter(look), restMs), leftMs);
		onPause?.(
			clock.elapsed() + pauseMs,
			open.map(({id}) => id),
		);
		await pause(clock, pauseMs, signal, whenCalled);
		if (signal.aborted) return results;
	}
}

const pauseAfter = (look: number): number => (pauses[look] ?? pauses.at(-1) ?? 0) * 1000;

const isOpen = (result: CheckResult | undefined, isPatient: boolean): boolean =>
	result?.status === 'not-yet' ||
	(isPatient && result?.status === 'could-not-tell' && result.isPassing === true);

/** Waits until the time is over, the person asks for a check, or the signal aborts. */
async function pause(
	clock: Clock,
	ms: number,
	signal: AbortSignal,
	whenCalled: Waiting['whenCalled'],
): Promise<void> {
	const over = new AbortController();
	const either = AbortSignal.any([signal, over.signal]);
	await Promise.race([
		clock.sleep(ms, either).catch(() => undefined),
		...(whenCalled ? [whenCalled(either)] : []),
	]);
	over.abort();
}

async function askAll(
	checks: readonly Check[],
	plan: PlanContext,
	readers: Readers,
	results: Map<string, CheckResult & {readonly title: string}>,
	{emit, isRepeated}: {readonly emit: Run['emit']; readonly isRepeated: boolean},
): Promise<void> {
	const shared = {...readers, fly: shareReads(readers.fly)};
	await Promise.all(
		checks.map(async check => {
			const {id, title} = check;
			if (!isRepeated) emit({type: 'check-changed', id, status: 'checking', detail: title});
			const before = results.get(id);
			const result = await ask(check, plan, shared);
			results.set(id, {...result, title});
			if (isRepeated && before?.status === result.status && before.detail === result.detail) return;
			const {status, detail, hint} = result;
			const next = hint === undefined ? {} : {hint};
			emit({type: 'check-changed', id, status, detail, ...next});
			for (const record of result.records ?? []) emit({type: 'record-needed', ...record});
		}),
	);
}

/** Runs one check. If flyctl or the network fails, the check has found nothing, neither good nor bad. */
async function ask(check: Check, plan: PlanContext, readers: Readers): Promise<CheckResult> {
	try {
		return await check.check(plan, readers);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return {status: 'could-not-tell', detail: error.message, hint: error.hint, isPassing: true};
	}
}

const shared = [
	'status',
	'listMachines',
	'listVolumes',
	'listReleases',
	'listSecrets',
	'listAddresses',
	'listCertificates',
	'listChecks',
] as const;

/** Returns a reader for one round of checks that asks once for a list several checks need. */
function shareReads(fly: FlyReader): FlyReader {
	const once = shared.map(name => {
		const answers = new Map<string, Promise<unknown>>();
		const ask = (app: string) => {
			const answer = answers.get(app) ?? fly[name](app);
			answers.set(app, answer);
			return answer;
		};
		return [name, ask] as const;
	});
	return {...fly, ...Object.fromEntries(once)};
}

/** Returns `failed` if something is wrong, `unproved` if something is pending, else `done`. */
export function toExit(results: VerifyResult): ExitName {
	const statuses = [...results.values()].map(({status}) => status);
	if (statuses.includes('wrong')) return 'failed';
	return statuses.every(status => status === 'proved') ? 'done' : 'unproved';
}

/** Prints the result and ends the events. @returns The exit code. */
export function report(
	{emit, say}: Pick<Cli, 'emit' | 'say'>,
	context: PlanContext,
	results: VerifyResult,
	{stop, lines}: {readonly stop: Stop; readonly lines: readonly string[]},
): number {
	const exit = exitCodes[stop.graceful.aborted ? stop.reason() : toExit(results)];
	for (const line of lines) say(line);
	emit({type: 'finished', exit, url: siteUrl(context), resources: listResources(context, results)});
	return exit;
}
