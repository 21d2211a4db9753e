import {isProposal} from '../core/answer.ts';
import type {Cli, Drawing, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {buildReview} from '../core/plan/review.ts';
import {withoutAnswer} from '../core/questions/gather.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {Session} from '../core/session/session.ts';
import {complete, gather, readGiven} from '../setup/gather.ts';
import {preparePlan} from '../setup/plan.ts';
import {requireWritableProject, sayArchived, withProject} from '../setup/project.ts';
import {describeExistingApp} from '../setup/survey.ts';
import {askQuestions} from './ask.ts';
import {type Bench, type Desk, nextOf, openDesk, rememberAnswers} from './controller.ts';
import {preflightScreen, runShown, showFailure} from './run.ts';

/** The wizard: questions, review, run, and the way back to a question when its answer was refused. */
export async function runWizard(context: Cli, draw: (session: Session) => Promise<Drawing>): Promise<number> {
	const {options} = context;
	const given = await readGiven(context);
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
	let opened: Project | undefined;
	try {
		return await withProject(context, {mode: 'write', given}, project => {
			opened = project;
			const {readers, facts, shownFolder} = project;
			now = () => readers.clock.now();
			const profile = options.profile ?? facts.guess.profile;
			desk.update(state => ({...state, profile, folder: shownFolder}));
			return talk(context, project, desk);
		});
	} finally {
		unlisten();
		drawing.unmount();
		await drawing.waitUntilExit();
		if (opened) sayArchived(context, opened, 'write');
	}
}

async function talk(context: Cli, project: Project, desk: Desk): Promise<number> {
	const {options} = context;
	await requireWritableProject(project);
	const start = await preflightScreen(context, project, desk);
	if ('exit' in start) return exitCodes[start.exit];
	const gathered = await gather(context, project, 'asked-later', start);
	const settled = new Set(
		[...gathered.answers].filter(([, {origin}]) => !isProposal(origin)).map(([id]) => id),
	);
	const archived = project.archived
		? [`The journal of an earlier run was put aside (${project.archived.why}): ${project.archived.path}.`]
		: [];
	const notes = [...archived, ...gathered.notes];
	const bench: Bench = {context, project, desk, settled, notes};
	return converse(bench, await describeExistingApp(project, gathered, options.adopt));
}

/** Asks, shows, runs, and starts over at the right place until it is done or left. */
async function converse(bench: Bench, start: AnswerState): Promise<number> {
	const {context, project, desk, settled} = bench;
	const {questions} = project;
	let state = start;
	let again: readonly string[] = [];
	let isRetry = false;
	let hasStarted = false;
	while (true) {
		const onAnswer = (now: AnswerState) => rememberAnswers(bench, now);
		const outcome = await askQuestions(desk, {
			questions,
			state,
			readers: project.readers,
			onAnswer,
			onApp: now => describeExistingApp(project, now, context.options.adopt),
			again,
			settled,
		});
		const restore = outcome.state.answers.get('restore')?.value ?? '';
		const isStopped = ['restore', 'single-machine'].some(
			id => outcome.state.answers.get(id)?.value === 'stop',
		);
		const isDetour = ['prefix', 'stop'].includes(restore);
		state = isDetour ? withoutAnswer(outcome.state, 'restore') : outcome.state;
		rememberAnswers(bench, state);
		if (outcome.is === 'quit' || isStopped) return leave(bench);
		if (isDetour) {
			again = ['prefix'];
			continue;
		}

		try {
			state = await survey(bench, state);
			rememberAnswers(bench, state);
			if (state.open.length > 0) {
				again = [];
				continue;
			}

			const plan = await preparePlan(context, project, state);
			if (!isRetry) {
				const review = buildReview(plan, questions, state, [...state.notes, ...plan.notes]);
				desk.show({kind: 'review', review});
				const action = await nextOf(desk, ['started', 'changed-answer', 'quit', 'interrupted', 'went-back']);
				if (action.type === 'quit' || action.type === 'interrupted') return leave(bench);
				if (action.type === 'changed-answer') again = [action.id];
				if (action.type === 'went-back') again = lastAsked(questions, state);
				if (action.type !== 'started') continue;
			}

			isRetry = false;
			hasStarted = true;
			return await runShown(bench, plan);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			if (error.code === 'stopped') return leave(bench);

			const action = await showFailure(bench, error, state);
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
function survey({context, project, desk, notes}: Bench, state: AnswerState): Promise<AnswerState> {
	if (state.provider?.bringsKeys) {
		const detail = state.provider.target(state.answers).endpoint;
		desk.show({kind: 'looking', items: [{label: 'storage', state: 'busy', detail}]});
	}

	return complete(context, project, {...state, notes}, 'asked-later');
}

function lastAsked(questions: Cli['lists']['questions'], state: AnswerState): readonly string[] {
	const last = questions.findLast(question => question.applies(state) && !question.isOptional?.(state));
	return last ? [last.id] : [];
}

function leave({context, project}: Bench): number {
	const again = project.isRehearsal ? 'phxfly rehearse' : 'phxfly';
	context.say(`Your answers are kept, keys aside. Run ${again} again: it goes on where it stopped.`);
	return exitCodes.interrupted;
}
