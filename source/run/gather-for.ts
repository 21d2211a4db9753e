import type {Answer} from '../core/answers.ts';
import type {Question, Situation} from '../core/definitions.ts';
import {Failure} from '../core/errors.ts';
import type {PhxflyEvent} from '../core/events.ts';
import {type AnswerSources, type Gathered, gatherAnswers} from '../core/gather-answers.ts';
import type {Host} from '../core/host.ts';
import type {Options} from '../core/options.ts';
import {quoteForShell} from '../core/quote-for-shell.ts';
import type {Lists, Workshop} from '../core/workshop.ts';
import {surveyStorage} from './survey-storage.ts';

export type GivenFiles = Pick<AnswerSources, 'answersFile' | 'secretFiles'>;

/** Gathers every answer that can be known without asking, the app's listed secrets included. */
export async function gatherFor(
	workshop: Workshop,
	lists: Lists,
	situation: Situation,
	{host, options, given}: {readonly host: Host; readonly options: Options; readonly given: GivenFiles},
): Promise<Gathered> {
	const sources: AnswerSources = {
		...given,
		flags: options.flags,
		environment: host.environment,
		journal: readJournalAnswers(workshop),
		listedSecrets: await readListedSecrets(workshop),
	};
	const gathered = gatherAnswers(lists.questions, situation, sources);
	for (const secret of gathered.situation.secrets.values()) workshop.redactor.add(secret);
	return {...gathered, notes: [...gathered.notes, ...noteIgnored(lists.questions, gathered.situation, host)]};
}

/**
Asks the storage itself, then gathers what that made askable.

@throws {Failure} `storage-…` (exit 9) for storage that refuses.
*/
export async function gatherAfterSurvey(
	workshop: Workshop,
	lists: Lists,
	situation: Situation,
	from: {readonly host: Host; readonly options: Options; readonly given: GivenFiles},
): Promise<Gathered> {
	const surveyed = await surveyStorage(workshop, situation);
	const questions = lists.questions.filter(
		question => question.isAsked(surveyed.situation) && !surveyed.situation.answers.has(question.id),
	);
	if (questions.length === 0) return {...surveyed, open: []};
	const gathered = await gatherFor(workshop, {...lists, questions}, surveyed.situation, from);
	return {...gathered, notes: [...surveyed.notes, ...gathered.notes]};
}

function readJournalAnswers({journal}: Workshop): ReadonlyMap<string, Answer> {
	const entries = Object.entries(journal.read().answers);
	return new Map(
		entries.map(([id, {value, origin}]) => [id, {value, origin: {kind: 'journal', text: origin}}]),
	);
}

async function readListedSecrets({journal, readers}: Workshop): Promise<ReadonlySet<string>> {
	const app = journal.read().ids['create-app'];
	if (!app || !(await readers.fly.status(app))) return new Set();
	return new Set((await readers.fly.listSecrets(app)).map(({name}) => name));
}

/** Keys in the environment that belong to another provider than the chosen one. */
function noteIgnored(
	questions: readonly Question[],
	situation: Situation,
	{environment}: Host,
): readonly string[] {
	return questions
		.filter(
			question => !question.isAsked(situation) && question.environment && environment[question.environment],
		)
		.map(
			question =>
				`${question.environment} is set, and not used with ${situation.provider?.label ?? 'this setup'}.`,
		);
}

/** The failure of a question that nobody can be asked, and the event that tells a script how to go on. */
export function explainMissing(
	question: Question,
	situation: Situation,
	argv: readonly string[],
): {readonly event: PhxflyEvent; readonly failure: Failure} {
	const {flag, noneFlag, otherFlag, environment, id} = question;
	const isSwitch = flag !== undefined && flag.value === undefined;
	const values = (isSwitch ? [] : (question.choices?.(situation) ?? []))
		.filter(({disabled}) => !disabled)
		.map(({value}) => value);
	const ways = [
		...(flag ? [`${flag.name} ${flag.value ?? ''}`.trim()] : []),
		...(environment ? [`${environment} in the environment`, `--secret-file ${environment}=PATH`] : []),
		...(noneFlag ? [noneFlag.name] : []),
		...(otherFlag ? [otherFlag] : []),
	];
	const next = ['phxfly', ...argv, ...answerByFlag(question, values[0])].map(quoteForShell).join(' ');
	const found = question.finding?.(situation);
	const message = `${found ? `${found} ` : ''}${question.title} is not answered: ${ways.join(', or ')}.`;
	const valid = values.length > 0 ? ` Valid: ${values.join(', ')}.` : '';
	return {
		event: {
			type: 'input-needed',
			question: id,
			flag: flag?.name ?? noneFlag?.name ?? '',
			message,
			values,
			next,
		},
		failure: new Failure('input-needed', 'input-needed', `${message}${valid}`, {hint: next, questionId: id}),
	};
}

/** The words that answer a question; what is in capitals is for the person to put in. */
function answerByFlag({flag, noneFlag, environment}: Question, value: string | undefined): readonly string[] {
	if (flag)
		return flag.value === undefined ? [flag.name] : [flag.name, value ?? flag.value.split('|')[0] ?? ''];
	if (noneFlag) return [noneFlag.name];
	return environment ? ['--secret-file', `${environment}=PATH`] : [];
}
