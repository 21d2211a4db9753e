import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Run, Stop} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {buildReport} from '../core/verify/report.ts';
import {defaultWaitMs, report, runVerify, toExit, type VerifyResult} from '../engine/verify.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectApp} from '../setup/inspect.ts';
import {withProject} from '../setup/project.ts';
import {withScreen} from '../wizard/controller.ts';
import {watchShown} from '../wizard/watch.ts';

/** Proves what is set up, and changes nothing. */
export const verify: Command = {
	async run(cli) {
		const {options, person, say} = cli;
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async (project, guard) => {
			const stop = guard();
			if (options.watch && person) say('Looking at the account.');
			const context = await inspectApp(cli, project);
			if (options.watch && person) return watchDrawn(cli, person.draw, project, context, stop);
			const proof = await proveInLines(cli, project, context, stop);
			const isLeft = options.watch && stop.graceful.aborted;
			const lines = [...describe(context, proof), ...(isLeft ? [goesOn] : [])];
			return report(cli, context, proof, {stop, lines});
		});
	},
};

const goesOn = 'Nothing was changed. The same command goes on waiting.';

async function proveInLines(
	cli: Cli,
	{readers}: Project,
	context: PlanContext,
	stop: Stop,
): Promise<VerifyResult> {
	const {options, registry, emit, say, person} = cli;
	const usualMs = options.watch ? Number.POSITIVE_INFINITY : person ? 0 : defaultWaitMs;
	let said = '';
	const waiting: Run['waiting'] = {
		waitMs: options.waitMs ?? usualMs,
		isPatient: options.watch,
		onPause(nextLookMs, open) {
			if (!options.watch) return;
			const seconds = Math.round((nextLookMs - readers.clock.now()) / 1000);
			const line = `Waiting for ${open.join(', ')}: a look every ${seconds} s. Ctrl-C leaves; the same command goes on waiting.`;
			// A pause as long as the one before is no news.
			if (line !== said) say(line);
			said = line;
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

/** Whoever watches needs to know at once what to do, not when it is over. */
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
		screen: {kind: 'looking', items: [{label: 'account', state: 'busy', detail: ''}]},
	} as const;
	const waitMs = cli.options.waitMs ?? Number.POSITIVE_INFINITY;
	const now = () => project.readers.clock.now();
	const proof = await withScreen(cli, draw, start, now, controller => {
		controller.onAction(({type}) => {
			if (type === 'quit' || type === 'interrupted') stop.interrupt();
		});
		return watchShown(cli, project, controller, context, {stop, waitMs});
	});
	return exitCodes[stop.graceful.aborted ? stop.reason() : toExit(proof)];
}

function describe(context: PlanContext, proof: VerifyResult): readonly string[] {
	switch (toExit(proof)) {
		case 'done':
			return [`${context.app}: everything is proved.`];
		case 'failed':
			return [`${context.app}: something is wrong.`, ...buildReport(context, proof, 0).notes];
		default:
			return [`${context.app}: not everything is proved.`, ...buildReport(context, proof, 0).notes];
	}
}
