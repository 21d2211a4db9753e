import type {Cli, Command, Project} from '../core/command/context.ts';
import {type ExitName, exitCodes} from '../core/errors/codes.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {buildReport, listResources, siteUrl} from '../core/verify/report.ts';
import type {createStop} from '../engine/stop.ts';
import {defaultWaitMs, runVerify, toExit, type VerifyResult} from '../engine/verify.ts';
import {readGiven} from '../setup/gather.ts';
import {inspectApp} from '../setup/inspect.ts';
import {withProject} from '../setup/project.ts';
import {withScreen} from '../wizard/controller.ts';
import {watchShown} from '../wizard/watch.ts';

/** Proves what is set up, and changes nothing. */
export const verify: Command = {
	async run(context) {
		const {options, emit, draw, say} = context;
		const given = await readGiven(context);
		return withProject(context, {mode: 'read', given}, async (project, guard) => {
			const stop = guard();
			if (options.watch && draw) say('Looking at the account.');
			const plan = await inspectApp(context, project);
			const isDrawn = options.watch && draw !== undefined;
			const proof = isDrawn
				? await watchDrawn(context, draw, project, plan, stop)
				: await proveInLines(context, project, plan, stop);
			const verdict = toExit(proof);
			const exit = exitCodes[stop.graceful.aborted ? stop.reason() : verdict];
			if (!isDrawn) report(context, plan, proof, verdict);
			if (!isDrawn && options.watch && stop.graceful.aborted) say(goesOn);
			if (!isDrawn) emit({type: 'finished', exit, url: siteUrl(plan), resources: listResources(plan, proof)});
			return exit;
		});
	},
};

const goesOn = 'Nothing was changed. The same command goes on waiting.';

type Stop = ReturnType<typeof createStop>;

async function proveInLines(
	context: Cli,
	{readers}: Project,
	plan: PlanContext,
	stop: Stop,
): Promise<VerifyResult> {
	const {options, lists, emit, say, draw} = context;
	const usualMs = options.watch ? Number.POSITIVE_INFINITY : draw ? 0 : defaultWaitMs;
	let said = '';
	const waiting = {
		waitMs: options.waitMs ?? usualMs,
		isPatient: options.watch,
		onPause(nextLookMs: number, open: readonly string[]) {
			if (!options.watch) return;
			const seconds = Math.round((nextLookMs - readers.clock.now()) / 1000);
			const line = `Waiting for ${open.join(', ')}: a look every ${seconds} s. Ctrl-C leaves; the same command goes on waiting.`;
			// A pause as long as the one before is no news.
			if (line !== said) say(line);
			said = line;
		},
	};
	const tell = (event: PhxflyEvent) => {
		emit(event);
		sayHint(event, context);
	};
	return runVerify(lists.checks, plan, readers, {emit: tell, stop, waiting});
}

/** Whoever watches needs to know at once what to do, not when it is over. */
function sayHint(event: PhxflyEvent, {options, say}: Cli): void {
	if (options.watch && event.type === 'check-changed' && event.hint) say(`${event.id}: ${event.hint}`);
}

async function watchDrawn(
	context: Cli,
	draw: NonNullable<Cli['draw']>,
	project: Project,
	plan: PlanContext,
	stop: Stop,
): Promise<VerifyResult> {
	const {options} = context;
	const start = {
		app: plan.app,
		profile: plan.profile.id,
		folder: project.shownFolder,
		isRehearsal: project.isRehearsal,
		screen: {kind: 'looking', items: [{label: 'account', state: 'busy', detail: ''}]},
	} as const;
	const waitMs = options.waitMs ?? Number.POSITIVE_INFINITY;
	const now = () => project.readers.clock.now();
	return withScreen(context, draw, start, now, controller => {
		controller.onAction(({type}) => {
			if (type === 'quit' || type === 'interrupted') stop.interrupt();
		});
		return watchShown(context, project, controller, plan, {stop, waitMs});
	});
}

function report({say}: Cli, plan: PlanContext, proof: VerifyResult, verdict: ExitName): void {
	const {notes} = buildReport(plan, proof, 0);
	const headline =
		verdict === 'done'
			? `${plan.app}: everything is proved.`
			: verdict === 'failed'
				? `${plan.app}: something is wrong.`
				: `${plan.app}: not everything is proved.`;
	for (const line of [headline, ...(verdict === 'done' ? [] : notes)]) say(line);
}
