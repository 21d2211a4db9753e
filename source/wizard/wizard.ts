import {isProposal} from '../core/answer.ts';
import type {CommandContext, Drawing, Workshop} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {buildReview} from '../core/plan/review.ts';
import {type Gathered, withoutAnswer} from '../core/questions/gather.ts';
import type {Situation} from '../core/questions/question.ts';
import type {Session} from '../core/session/session.ts';
import {type GivenFiles, gatherAfterChecks, gatherFor, readGivenFiles} from '../setup/gather.ts';
import {requireWritableProject} from '../setup/preflight.ts';
import {findPlanProblems, preparePlan, rejectConflicts, sayPutAside} from '../setup/prepare.ts';
import {describeExistingApp} from '../setup/survey.ts';
import {askQuestions} from './ask.ts';
import {type Bench, type Desk, nextOf, openDesk, rememberAnswers} from './controller.ts';
import {preflightScreen, runShown, showFailure} from './run.ts';

/** The wizard: questions, review, run, and the way back to a question when its answer was refused. */
export async function runWizard(
	context: CommandContext,
	draw: (session: Session) => Promise<Drawing>,
): Promise<number> {
	const {options} = context;
	const given = await readGivenFiles(context);
	// Something is on the screen before anything is opened.
	let now: () => number = Date.now;
	const desk = openDesk(
		{
			app: undefined,
			profile: options.profile ?? '',
			folder: options.folder ?? '.',
			isRehearsal: options.isRehearsal,
			screen: {kind: 'looking', items: [{label: 'project', state: 'busy', detail: ''}]},
		},
		() => now(),
	);
	const drawing = await draw(desk.session);
	const unlisten = context.interrupts.onInterrupt(() => desk.session.report({type: 'interrupted'}));
	let workshop: Workshop | undefined;
	try {
		workshop = await context.openWorkshop('write');
		const {readers, project, shownFolder} = workshop;
		now = () => readers.clock.now();
		const profile = options.profile ?? project.guess.profile;
		desk.update(state => ({...state, profile, folder: shownFolder}));
		return await talk(context, workshop, desk, given);
	} finally {
		unlisten();
		drawing.unmount();
		await drawing.waitUntilExit();
		if (workshop) sayPutAside(context, workshop);
		await workshop?.close();
	}
}

async function talk(
	context: CommandContext,
	workshop: Workshop,
	desk: Desk,
	given: GivenFiles,
): Promise<number> {
	const {options, host} = context;
	await requireWritableProject(workshop);
	const start = await preflightScreen(context, workshop, desk);
	if ('exit' in start) return exitCodes[start.exit];
	const gathered = await gatherFor(workshop, start, {host, options, given});
	const settled = new Set(
		[...gathered.situation.answers].filter(([, {origin}]) => !isProposal(origin)).map(([id]) => id),
	);
	const archived = workshop.archived
		? [`The journal of an earlier run was put aside (${workshop.archived.why}): ${workshop.archived.path}.`]
		: [];
	const notes = [...archived, ...gathered.notes];
	const bench: Bench = {context, workshop, desk, settled, notes, given};
	return converse(bench, await describeExistingApp(workshop, gathered.situation, options.adopt));
}

/** Asks, shows, runs, and starts over at the right place until it is done or left. */
async function converse(bench: Bench, start: Situation): Promise<number> {
	const {context, workshop, desk, settled, notes} = bench;
	const {questions} = workshop;
	let situation = start;
	let again: readonly string[] = [];
	let isRetry = false;
	let hasStarted = false;
	while (true) {
		const onAnswer = (now: Situation) => rememberAnswers(bench, now);
		const outcome = await askQuestions(desk, {
			questions,
			situation,
			readers: workshop.readers,
			onAnswer,
			onApp: now => describeExistingApp(workshop, now, context.options.adopt),
			again,
			settled,
		});
		const restore = outcome.situation.answers.get('restore')?.value ?? '';
		const isStopped = ['restore', 'single-machine'].some(
			id => outcome.situation.answers.get(id)?.value === 'stop',
		);
		const isDetour = ['prefix', 'stop'].includes(restore);
		situation = isDetour ? withoutAnswer(outcome.situation, 'restore') : outcome.situation;
		rememberAnswers(bench, situation);
		if (outcome.is === 'quit' || isStopped) return leave(bench);
		if (isDetour) {
			again = ['prefix'];
			continue;
		}

		try {
			const surveyed = await survey(bench, situation);
			situation = surveyed.situation;
			rememberAnswers(bench, situation);
			if (surveyed.open.length > 0) {
				again = [];
				continue;
			}

			const plan = await preparePlan(workshop, context.lists, situation, context.options);
			rejectConflicts(plan, workshop);
			if (!isRetry) {
				const {files} = await (await context.openFolder()).read();
				const rules = findPlanProblems(context.lists.rules, plan.context, files);
				const review = buildReview(plan, questions, situation, [...notes, ...surveyed.notes, ...rules]);
				desk.show({kind: 'review', review});
				const action = await nextOf(desk, ['started', 'changed-answer', 'quit', 'interrupted', 'went-back']);
				if (action.type === 'quit' || action.type === 'interrupted') return leave(bench);
				if (action.type === 'changed-answer') again = [action.id];
				if (action.type === 'went-back') again = lastAsked(questions, situation);
				if (action.type !== 'started') continue;
			}

			isRetry = false;
			hasStarted = true;
			return await runShown(bench, plan, situation);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			if (error.code === 'stopped') return leave(bench);

			const action = await showFailure(bench, error, situation);
			if (action.type === 'changed-answer') {
				again = [action.id];
			} else if (action.type === 'retried') {
				again = [];
				isRetry = hasStarted;
			} else {
				context.say(`${error.message}\n${error.hint}`);
				return exitCodes[error.exit];
			}
		}
	}
}

/** Brought storage is asked before the review, so that what it refuses is changed where it was answered. */
function survey({context, workshop, desk, given}: Bench, situation: Situation): Promise<Gathered> {
	const {host, options} = context;
	if (situation.provider?.bringsKeys) {
		const detail = situation.provider.target(situation.answers).endpoint;
		desk.show({kind: 'looking', items: [{label: 'storage', state: 'busy', detail}]});
	}

	return gatherAfterChecks(workshop, situation, {host, options, given});
}

function lastAsked(questions: CommandContext['lists']['questions'], situation: Situation): readonly string[] {
	const last = questions.findLast(
		question => question.applies(situation) && !question.isOptional?.(situation),
	);
	return last ? [last.id] : [];
}

function leave({context, workshop}: Bench): number {
	const again = workshop.isRehearsal ? 'phxfly rehearse' : 'phxfly';
	context.say(`Your answers are kept, keys aside. Run ${again} again: it goes on where it stopped.`);
	return exitCodes.interrupted;
}
