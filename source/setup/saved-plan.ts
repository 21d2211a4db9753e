import type {Answers} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Plan} from '../core/plan/plan.ts';
import type {PlanFile} from '../core/plan/saved-plan.ts';
import type {Gathered} from '../core/questions/gather.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {quoteForShell} from '../core/text/text.ts';
import {type GivenFiles, gatherAfterChecks, gatherFor} from './gather.ts';
import {preflight} from './preflight.ts';
import {preparePlan} from './prepare.ts';

type Remade = {readonly plan: Plan; readonly state: AnswerState; readonly notes: readonly string[]};

/**
Makes the plan of a saved one again, from its answers and from the files and the account as they are now. Values of
secrets come from where every run takes them.

@throws {Failure} `input-needed` (exit 5) for a secret of the plan that nobody gives, `plan-stale` (exit 6) for a question that came up since.
*/
export async function rebuildPlan(
	{host, options, lists, emit}: Cli,
	project: Project,
	saved: PlanFile,
	secretFiles: GivenFiles['secretFiles'],
): Promise<Remade> {
	const values = new Map(saved.answers.map(({id, value}) => [id, value]));
	const isGiven = ({id, kind}: Question) => kind === 'secret' && values.get(id) === 'given';
	const wanted = project.questions.filter(isGiven).flatMap(({environment}) => environment ?? []);
	const from = {
		host: {...host, environment: Object.fromEntries(wanted.map(name => [name, host.environment[name]]))},
		options: {...options, ...saved.options, profile: saved.profile, flags: new Map<string, string>()},
		given: {
			secretFiles: new Map([...secretFiles].filter(([name]) => wanted.includes(name))),
			answersFile: new Map(
				[...values].filter(([id]) => !project.questions.some(each => each.id === id && isGiven(each))),
			),
		},
	};
	const requireAll = (gathered: Gathered): Gathered => {
		const {open, state} = gathered;
		const secret = open.find(isGiven);
		if (secret) {
			const {event, failure} = explainSecret(secret, host.argv);
			emit(event);
			throw failure;
		}

		rejectStale(
			open.map(({title, finding}) =>
				`${finding?.(state) ?? ''} ${title}: asked now, and the plan has no answer.`.trim(),
			),
			options.argument ?? 'FILE',
		);
		return gathered;
	};

	const start = await preflight(project, lists, saved.profile, () => undefined);
	const first = requireAll(await gatherFor(project, start, from));
	const last = requireAll(await gatherAfterChecks(project, first.state, from));
	const state = {...last.state, answers: withOrigins(last.state.answers, saved)};
	const plan = await preparePlan(project, lists, state, from.options);
	return {plan, state, notes: [...first.notes, ...last.notes]};
}

/** Where each answer came from when the plan was made, since that is what was reviewed. */
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
	const message = `The plan sets ${environment}, and a plan holds no values: ${environment} in the environment, or --secret-file ${environment}=PATH.`;
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

/** @throws {Failure} `plan-stale` (exit 6) with every change, unless there is none. */
export function rejectStale(changes: readonly string[], path: string): void {
	if (changes.length === 0) return;
	throw new Failure('plan-stale', `The plan is stale: ${changes.join(' ')} Nothing was changed.`, {
		hint: `Make it anew and look at it: phxfly plan --out ${quoteForShell(path)}.`,
	});
}
