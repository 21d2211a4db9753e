import {createHash} from 'node:crypto';
import type {Answers} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Plan} from '../core/plan/plan.ts';
import {buildPlanFile, type PlanFile, writePlanFile} from '../core/plan/saved-plan.ts';
import type {Given} from '../core/questions/gather.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {quoteForShell} from '../core/text/text.ts';
import {complete, gather} from './gather.ts';
import {preparePlan} from './plan.ts';

/**
Rebuilds a saved plan from its answers, the current files, and the current state of the account. Values of secrets come
from the environment and files, as in every run.

@throws {Failure} `input-needed` (exit 5) for a secret without a value, and `plan-stale` (exit 6) for a new question.
*/
export async function rebuildPlan(
	cli: Cli,
	opened: Project,
	saved: PlanFile,
	signal: AbortSignal,
): Promise<{readonly plan: Plan; readonly state: AnswerState}> {
	const values = new Map(saved.answers.map(({id, value}) => [id, value]));
	const hasValue = ({id, kind}: Question) => kind === 'secret' && values.get(id) === 'given';
	const {options} = cli;
	const saving = {...cli, options: {...options, ...saved.options, profile: saved.profile}};
	const project = {...opened, given: takeSavedAnswers(opened, values, hasValue)};
	const requireAll = (state: AnswerState): AnswerState => {
		const secret = state.open.find(hasValue);
		if (secret) {
			const {event, failure} = explainSecret(secret, cli.host.argv);
			cli.emit(event);
			throw failure;
		}

		rejectStale(
			state.open.map(({title, finding}) =>
				`${finding?.(state) ?? ''} ${title}: the plan has no answer for this new question.`.trim(),
			),
			options.argument ?? 'FILE',
		);
		return state;
	};

	const first = requireAll(await gather(saving, project, 'listed'));
	const last = requireAll(await complete(saving, project, first, 'listed'));
	const state = {...last, answers: withOrigins(last.answers, saved)};
	return {plan: await preparePlan(saving, project, state, {allowsConflicts: true, signal}), state};
}

/**
Writes the plan for `apply`, without any secret.

@returns What to tell the person.
@throws {Failure} Where the path holds anything but a saved plan.
*/
export async function savePlan(
	{openPlans}: Cli,
	{isRehearsal}: Project,
	plan: Plan,
	state: AnswerState,
	path: string,
): Promise<string> {
	const plans = await openPlans();
	const file = buildPlanFile({plan, state, tool: plans.version, isRehearsal, hash: hashText});
	await plans.save(path, writePlanFile(file));
	const next = `phxfly apply ${quoteForShell(path)}${isRehearsal ? ' --rehearse' : ''}`;
	return `Saved the plan to ${path} (no secrets inside). To run it: ${next}`;
}

/** Returns the saved answers, with values of their secrets from the environment and files. */
function takeSavedAnswers(
	{questions, given}: Project,
	values: ReadonlyMap<string, string>,
	hasValue: (question: Question) => boolean,
): Given {
	const secrets = questions.filter(hasValue);
	const names = secrets.flatMap(({environment}) => environment ?? []);
	return {
		flags: new Map(),
		environment: Object.fromEntries(names.map(name => [name, given.environment[name]])),
		secretFiles: new Map([...given.secretFiles].filter(([name]) => names.includes(name))),
		answersFile: new Map([...values].filter(([id]) => !secrets.some(each => each.id === id))),
	};
}

/** Returns the answers with the origins they had in the saved plan, since you reviewed those. */
function withOrigins(answers: Answers, saved: PlanFile): Answers {
	const known = new Map(saved.answers.map(({id, value, origin}) => [`${id} ${value}`, origin]));
	return new Map(
		[...answers].map(([id, answer]) => [
			id,
			{...answer, origin: known.get(`${id} ${answer.value}`) ?? answer.origin},
		]),
	);
}

function explainSecret({id, title, environment = id}: Question, argv: readonly string[]) {
	const next = ['phxfly', ...argv, '--secret-file', `${environment}=PATH`].map(quoteForShell).join(' ');
	const message = `The plan needs a value for ${environment}. Set ${environment} in the environment or pass --secret-file ${environment}=PATH.`;
	const event: PhxflyEvent = {
		type: 'input-needed',
		question: id,
		flag: '--secret-file',
		message: `${title}: ${message}`,
		values: [],
		next,
	};
	return {event, failure: new Failure('input-needed', message, {hint: next, questionId: id})};
}

/** @throws {Failure} `plan-stale` (exit 6) with every change. */
export function rejectStale(changes: readonly string[], path: string): void {
	if (changes.length === 0) return;
	throw new Failure('plan-stale', `The plan is stale: ${changes.join(' ')} Nothing was changed.`, {
		hint: `Create and review a new plan: phxfly plan --out ${quoteForShell(path)}`,
	});
}

/** Returns the SHA-256 of a text's UTF-8 bytes, in hex. */
export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');
