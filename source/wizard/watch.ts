import type {Cli, Project} from '../core/command/context.ts';
import type {DnsRecord} from '../core/domain/records.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Run, Stop} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {type RunState, reduceRun, startRun} from '../core/session/run-state.ts';
import type {UserAction} from '../core/session/session.ts';
import {buildReport} from '../core/verify/report.ts';
import {runVerify, type VerifyResult} from '../engine/verify.ts';
import type {Controller} from './controller.ts';

/** Pressing a key does not query Fly or a name server more often than this. Milliseconds. */
const leastPauseMs = 10_000;

type Change = {readonly atMs: number; readonly id: string; readonly text: string};

/** Repeats the checks and shows them on the screen, until all pass, the time is over, or the person leaves. */
export async function watchShown(
	{registry}: Pick<Cli, 'registry'>,
	{readers, isRehearsal}: Pick<Project, 'readers' | 'isRehearsal'>,
	controller: Controller,
	plan: PlanContext,
	{stop, waitMs}: {readonly stop: Stop; readonly waitMs: number},
): Promise<VerifyResult> {
	let run: RunState = startRun(controller.now());
	let changes: readonly Change[] = [];
	let nextLookMs: number | undefined;
	let lookedAtMs = controller.now();
	const listOpenRecords = openRecords();
	const show = () => controller.show({kind: 'watching', run, changes, nextLookMs});
	show();
	const waiting: Run['waiting'] = {
		waitMs,
		isPatient: true,
		onPause(untilMs) {
			lookedAtMs = controller.now();
			nextLookMs = untilMs;
			show();
		},
		async whenCalled(signal) {
			await nextAction(controller, 'looked-now', signal);
			const earliestMs = lookedAtMs + leastPauseMs;
			nextLookMs = Math.min(nextLookMs ?? earliestMs, earliestMs);
			show();
			await readers.clock
				.sleep(Math.max(0, nextLookMs - readers.clock.elapsed()), signal)
				.catch(() => undefined);
		},
	};
	const emit: Run['emit'] = event => {
		const change = describeChange(run, event);
		if (change) changes = [...changes, {atMs: controller.now(), ...change}];
		run = {...reduceRun(run, event, controller.now()), records: listOpenRecords(event)};
		show();
	};
	const results = await runVerify(registry.checks, plan, readers, {emit, stop, waiting});

	if (!stop.graceful.aborted) {
		const elapsedSeconds = Math.round((controller.now() - run.startedAtMs) / 1000);
		controller.show({kind: 'done', report: buildReport(plan, results, {elapsedSeconds, isRehearsal}), run});
	}

	return results;
}

/** Collects the DNS records still to create. A check's newer records replace its earlier ones. */
function openRecords(): (event: PhxflyEvent) => readonly DnsRecord[] {
	const needed = new Map<string, readonly DnsRecord[]>();
	let checkId = '';
	return event => {
		// A check's records come right after its result.
		if (event.type === 'check-changed' && event.status !== 'checking') {
			checkId = event.id;
			needed.set(checkId, []);
		}

		if (event.type === 'record-needed') needed.set(checkId, [...(needed.get(checkId) ?? []), event]);
		return [...needed.values()].flat();
	};
}

/** Waits for an action of this type, or for the signal. */
function nextAction(controller: Controller, type: UserAction['type'], signal: AbortSignal): Promise<void> {
	return new Promise(resolve => {
		const finish = () => {
			unlisten();
			resolve();
		};
		const unlisten = controller.onAction(action => {
			if (action.type === type) finish();
		});
		signal.addEventListener('abort', finish, {once: true});
	});
}

/** Returns what an event changes in an earlier result. A first result changes nothing. */
function describeChange({checks}: RunState, event: PhxflyEvent): Omit<Change, 'atMs'> | undefined {
	if (event.type !== 'check-changed') return undefined;
	const before = checks.find(({id}) => id === event.id);
	if (!before || before.status === 'checking') return undefined;
	return {id: event.id, text: event.detail};
}
