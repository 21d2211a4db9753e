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

/** Nobody can ask Fly or a name server more often by pressing a key. Milliseconds. */
const leastPauseMs = 10_000;

type Change = {readonly atMs: number; readonly text: string};

/** Proves again and again, with the screen following, until all is proved, the time is over or somebody leaves. */
export async function watchShown(
	{registry}: Pick<Cli, 'registry'>,
	{readers}: Pick<Project, 'readers'>,
	controller: Controller,
	plan: PlanContext,
	{stop, waitMs}: {readonly stop: Stop; readonly waitMs: number},
): Promise<VerifyResult> {
	let run: RunState = startRun(controller.now());
	let changes: readonly Change[] = [];
	let nextLookMs: number | undefined;
	let lookedAtMs = controller.now();
	const keepRecords = openRecords();
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
			await readers.clock.sleep(Math.max(0, nextLookMs - readers.clock.now()), signal).catch(() => undefined);
		},
	};
	const emit: Run['emit'] = event => {
		const change = describeChange(run, event);
		if (change) changes = [...changes, {atMs: controller.now(), text: change}];
		run = {...reduceRun(run, event, controller.now()), records: keepRecords(event)};
		show();
	};
	const proof = await runVerify(registry.checks, plan, readers, {emit, stop, waiting});

	if (!stop.graceful.aborted) {
		const seconds = Math.round((controller.now() - run.startedAtMs) / 1000);
		controller.show({kind: 'done', report: buildReport(plan, proof, seconds), run});
	}

	return proof;
}

/** The records that are still to be made: what a check says anew replaces what it said before. */
function openRecords(): (event: PhxflyEvent) => readonly DnsRecord[] {
	const wanted = new Map<string, readonly DnsRecord[]>();
	let speaker = '';
	return event => {
		// A check's records come right after its result.
		if (event.type === 'check-changed' && event.status !== 'checking') {
			speaker = event.id;
			wanted.set(speaker, []);
		}

		if (event.type === 'record-needed') wanted.set(speaker, [...(wanted.get(speaker) ?? []), event]);
		return [...wanted.values()].flat();
	};
}

/** Resolves when the person does that, or with the signal. */
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

/** What an event says that was not known before; a first look changes nothing. */
function describeChange({checks}: RunState, event: PhxflyEvent): string | undefined {
	if (event.type !== 'check-changed') return undefined;
	const before = checks.find(({id}) => id === event.id);
	if (!before || before.status === 'checking') return undefined;
	return `${event.id}: ${event.detail}`;
}
