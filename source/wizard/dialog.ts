import {isProposal} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {buildReview} from '../core/plan/review.ts';
import {withoutAnswer} from '../core/questions/gather.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {complete, gather} from '../setup/gather.ts';
import {preparePlan} from '../setup/plan.ts';
import {rememberChoices, requireWritableProject} from '../setup/project.ts';
import {savePlan} from '../setup/saved-plan.ts';
import {describeExistingApp} from '../setup/survey.ts';
import {askQuestions, type PutAside} from './ask.ts';
import {type Controller, rememberAnswers} from './controller.ts';
import {showFailure} from './failure.ts';
import {lookUntilLeft, showLooking} from './look.ts';
import {preflightScreen} from './preflight.ts';
import {runShown} from './run.ts';

/** Talks with the person from the first look at the account to the end of the run. */
export async function talk(cli: Cli, project: Project, controller: Controller): Promise<number> {
	await requireWritableProject(project);
	const start = await preflightScreen(cli, project, controller);
	if ('exit' in start) return exitCodes[start.exit];
	const {notes, ...gathered} = await gather(cli, project, 'asked', start);
	const archived = project.journal.archived
		? [
				`Could not use the previous journal (${project.journal.archived.why}). Moved it to ${project.journal.archived.path}.`,
			]
		: [];
	const known = {...gathered, notes: [...archived, ...notes]};
	return converse(cli, project, controller, await describeExistingApp(project, known, cli.options.adopt));
}

/** Asks, shows the review, and runs. Repeats that from the right place until the setup is done or the person leaves. */
async function converse(
	cli: Cli,
	project: Project,
	controller: Controller,
	start: AnswerState,
): Promise<number> {
	const {questions} = project;
	const settled = new Set([...start.answers].filter(([, {origin}]) => !isProposal(origin)).map(([id]) => id));
	const putAside: PutAside = new Map();
	let state = start;
	let again: readonly string[] = [];
	let isRetry = false;
	let hasStarted = false;
	while (true) {
		const onAnswer = (now: AnswerState) => rememberAnswers(project, controller, now);
		const outcome = await askQuestions(controller, {
			questions,
			state,
			readers: project.readers,
			openPage: async url => (await cli.person?.openPage(url)) ?? false,
			onAnswer,
			onLookUp: now => describeExistingApp(project, now, cli.options.adopt),
			again,
			settled,
			putAside,
		});
		const detour = findDetour(questions, outcome.state);
		state = detour ? withoutAnswer(outcome.state, detour.from) : outcome.state;
		rememberAnswers(project, controller, state);
		if (outcome.is === 'quit' || detour?.leads === 'stop') return exitCodes.interrupted;
		if (detour) {
			again = [detour.leads.ask];
			continue;
		}

		try {
			const checked = await checkAnswers(cli, project, controller, {...state, notes: start.notes});
			if (checked.is === 'left') {
				if (checked.action.type !== 'went-back') return exitCodes.interrupted;
				again = lastAsked(questions, state);
				continue;
			}

			state = checked.value;
			rememberAnswers(project, controller, state);
			if (state.open.length > 0) {
				again = [];
				continue;
			}

			const answered = state;
			const planned = await lookUntilLeft(controller, signal =>
				preparePlan(cli, project, answered, {
					signal,
					onLook: app => showLooking(controller, 'running app', `${app}: its domain, replica, and region`),
				}),
			);
			if (planned.is === 'left') {
				if (planned.action.type !== 'went-back') return exitCodes.interrupted;
				again = lastAsked(questions, state);
				continue;
			}

			const plan = planned.value;
			if (!isRetry) {
				const review = buildReview(plan, questions, state, [...state.notes, ...plan.notes]);
				controller.show({kind: 'review', review});
				const action = await controller.next([
					'started',
					'changed-answer',
					'saved-plan',
					'quit',
					'interrupted',
					'went-back',
				]);
				if (action.type === 'quit' || action.type === 'interrupted') return exitCodes.interrupted;
				if (action.type === 'saved-plan') {
					const text = await savePlan(cli, project, plan, state, 'plan.json');
					controller.show({kind: 'left', text});
					return exitCodes.done;
				}

				if (action.type === 'changed-answer') again = [action.id];
				if (action.type === 'went-back') again = lastAsked(questions, state);
				if (action.type !== 'started') continue;
			}

			isRetry = false;
			hasStarted = true;
			const exit = await runShown(cli, project, controller, plan);
			await rememberChoices(cli, project, state.answers, exit);
			return exit;
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			if (error.code === 'stopped') return exitCodes.interrupted;

			const action = await showFailure(cli, project, controller, error, state.answers.get('app')?.value);
			if (action.type === 'changed-answer') {
				again = [action.id];
			} else if (action.type === 'retried') {
				again = [];
				isRetry = hasStarted;
			} else {
				return exitCodes[error.exit];
			}
		}
	}
}

/** Finds an answer that leads elsewhere, to another question or to the end, instead of to the next question. */
function findDetour(questions: readonly Question[], state: AnswerState) {
	return questions
		.flatMap(({id: from, choices}) => {
			const value = state.answers.get(from)?.value;
			const leads =
				value === undefined ? undefined : choices?.(state).find(each => each.value === value)?.leads;
			return leads ? [{from, leads}] : [];
		})
		.at(0);
}

/** Checks your own storage before the review, so that you can correct a rejected answer where you gave it. */
function checkAnswers(
	cli: Cli,
	project: Project,
	controller: Controller,
	state: AnswerState,
): ReturnType<typeof lookUntilLeft<AnswerState>> {
	if (state.provider?.bringsKeys)
		showLooking(controller, 'storage', state.provider.target(state.answers).endpoint);
	return lookUntilLeft(controller, () => complete(cli, project, state, 'asked'));
}

function lastAsked(questions: Cli['registry']['questions'], state: AnswerState): readonly string[] {
	const last = questions.findLast(question => question.applies(state) && !question.isOptional?.(state));
	return last ? [last.id] : [];
}
