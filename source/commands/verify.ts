import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {describeHeartbeat} from '../core/plan/heartbeat.ts';
import type {Run, Stop} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {buildReport, writeNotes} from '../core/verify/report.ts';
import {defaultWaitMs, report, runVerify, toExit, type VerifyResult} from '../engine/verify.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectApp} from '../setup/inspect.ts';
import {unlessStopped, withProject} from '../setup/project.ts';
import {withScreen} from '../wizard/controller.ts';
import {watchShown} from '../wizard/watch.ts';

/** Checks what is set up, and changes nothing. */
export const verify: Command = {
	async run(cli) {
		const {options, person, say} = cli;
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async (project, guard) => {
			const stop = guard();
			if (options.watch && person) say('Reading the account…');
			const context = await unlessStopped(stop, inspectApp(cli, project));
			if (options.watch && person) return watchDrawn(cli, person.draw, project, context, stop);
			const results = await verifyInLines(cli, project, context, stop);
			const isLeft = options.watch && stop.graceful.aborted;
			const lines = [
				...describe(context, results, project),
				...describeHeartbeat(context),
				...(isLeft ? [howToResume] : []),
			];
			return report(cli, context, results, {stop, lines});
		});
	},
};

const howToResume = 'Nothing was changed. Run the same command to keep waiting.';

async function verifyInLines(
	cli: Cli,
	{readers}: Project,
	context: PlanContext,
	stop: Stop,
): Promise<VerifyResult> {
	const {options, registry, emit, say, person} = cli;
	const usualMs = options.watch ? Number.POSITIVE_INFINITY : person ? 0 : defaultWaitMs;
	let lastLine = '';
	const waiting: Run['waiting'] = {
		waitMs: options.waitMs ?? usualMs,
		isPatient: options.watch,
		onPause(nextLookMs, open) {
			if (!options.watch) return;
			const seconds = Math.round((nextLookMs - readers.clock.elapsed()) / 1000);
			const line = `Waiting for ${open.join(', ')}, checking every ${seconds} s. Ctrl-C to stop; run the same command to keep waiting.`;
			// A pause as long as the one before is not news.
			if (line !== lastLine) say(line);
			lastLine = line;
		},
	};
	return runVerify(registry.checks, context, readers, {
		emit(event) {
			emit(event);
			sayHint(event, cli);
		},
		stop,
		waiting,
	});
}

/** Prints a hint at once, since a person who watches should not wait for the end to act on it. */
function sayHint(event: PhxflyEvent, {options, say}: Cli): void {
	if (options.watch && event.type === 'check-changed' && event.hint) say(`${event.id}: ${event.hint}`);
}

async function watchDrawn(
	cli: Cli,
	draw: NonNullable<Cli['person']>['draw'],
	project: Project,
	context: PlanContext,
	stop: Stop,
): Promise<number> {
	const start = {
		app: context.app,
		profile: context.profile.id,
		folder: project.shownFolder,
		isRehearsal: project.isRehearsal,
		screen: {
			kind: 'looking',
			items: [{label: 'account', state: 'busy', detail: '', startedAtMs: undefined}],
			canStop: false,
		},
	} as const;
	const waitMs = cli.options.waitMs ?? Number.POSITIVE_INFINITY;
	const now = () => project.readers.clock.elapsed();
	const results = await withScreen(cli, draw, start, now, controller => {
		controller.onAction(({type}) => {
			if (type === 'quit' || type === 'interrupted') stop.interrupt();
		});
		return watchShown(cli, project, controller, context, {stop, waitMs});
	});
	return exitCodes[stop.graceful.aborted ? stop.reason() : toExit(results)];
}

function describe(
	context: PlanContext,
	results: VerifyResult,
	{isRehearsal}: Pick<Project, 'isRehearsal'>,
): readonly string[] {
	const notes = writeNotes(buildReport(context, results, {elapsedSeconds: 0, isRehearsal}));
	switch (toExit(results)) {
		case 'done':
			return [`${context.app}: all checks passed.`];
		case 'failed':
			return [`${context.app}: something is wrong.`, ...notes];
		default:
			return [`${context.app}: some checks are still pending.`, ...notes];
	}
}
