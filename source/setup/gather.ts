import type {Answer} from '../core/answer.ts';
import type {Cli, Host, Options, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {readAnswersFile} from '../core/questions/answers-file.ts';
import {type AnswerSources, type Gathered, gatherAnswers, showFlag} from '../core/questions/gather.ts';
import {readSecretName} from '../core/questions/named-secret.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {quoteForShell} from '../core/text/text.ts';
import {checkMachines, checkStorage, isKnownApp} from './survey.ts';

/**
Holds every secret that was given or skipped by name against those that are asked.

@throws {Failure} `usage` (exit 2) for one that nobody asks for.
*/
function requireKnownSecrets(
	questions: readonly Question[],
	{
		options,
		given,
	}: {
		readonly options: Options;
		readonly given: Pick<AnswerSources, 'answersFile' | 'secretFiles'>;
	},
): void {
	const known = questions.flatMap(({environment}) => environment ?? []);
	const own = questions.flatMap(({id}) => readSecretName(id) ?? []);
	rejectUnknown('--secret-file', [...given.secretFiles.keys()], known);
	rejectUnknown('--skip-secret', listNames(options.flags), own);
	rejectUnknown('--answers', listNames(given.answersFile), own);
}

const listNames = (answers: ReadonlyMap<string, string>): readonly string[] =>
	[...answers.keys()].flatMap(id => readSecretName(id) ?? []);

function rejectUnknown(flag: string, names: readonly string[], known: readonly string[]): void {
	const unknown = names.find(name => !known.includes(name));
	if (unknown === undefined) return;
	// What is no name may be a value that was typed in the wrong place.
	const shown = /^\w{1,40}$/.test(unknown) ? unknown : 'what was typed there';
	const list = known.length > 0 ? `Names are ${known.join(', ')}. ` : '';
	throw new Failure('usage', `${flag}: nobody asks for ${shown}.`, {
		hint: `${list}One that the code does not show is added by --secret NAME.`,
	});
}

export type GivenFiles = Pick<AnswerSources, 'answersFile' | 'secretFiles'>;

type From = {readonly host: Host; readonly options: Options; readonly given: GivenFiles};

/** Gathers every answer that can be known without asking, the app's listed secrets included. */
export async function gatherFor(project: Project, state: AnswerState, from: From): Promise<Gathered> {
	requireKnownSecrets(project.questions, from);
	const gathered = await gather(project, project.questions, state, from);
	return {...gathered, notes: [...state.profile.notes, ...gathered.notes]};
}

async function gather(
	project: Project,
	questions: readonly Question[],
	state: AnswerState,
	from: From,
): Promise<Gathered> {
	const {host, options, given} = from;
	const sources: AnswerSources = {
		...given,
		flags: options.flags,
		environment: host.environment,
		journal: readJournalAnswers(project),
		listedSecrets: await readListedSecrets(project, state, from),
	};
	const gathered = gatherAnswers(questions, state, sources);
	return {...gathered, notes: [...gathered.notes, ...noteIgnored(questions, gathered.state, host)]};
}

/**
Asks the storage itself, and how many machines there are, then gathers what that made askable.

@throws {Failure} `storage-…` (exit 9) for storage that refuses.
*/
export async function gatherAfterChecks(project: Project, state: AnswerState, from: From): Promise<Gathered> {
	const stored = await checkStorage(project, state);
	const surveyed = await checkMachines(project, stored.state, from.options.adopt);
	const questions = project.questions.filter(
		question => question.applies(surveyed) && !surveyed.answers.has(question.id),
	);
	if (questions.length === 0) return {...stored, state: surveyed, open: []};
	const gathered = await gather(project, questions, surveyed, from);
	return {...gathered, notes: [...stored.notes, ...gathered.notes]};
}

function readJournalAnswers({journal}: Project): ReadonlyMap<string, Answer> {
	const entries = Object.entries(journal.read().answers);
	return new Map(
		entries.map(([id, {value, origin}]) => [id, {value, origin: {kind: 'journal', text: origin}}]),
	);
}

/** Those of the app that this project made; where the code's own secrets are asked for, also of one it names. */
async function readListedSecrets(
	project: Project,
	state: AnswerState,
	{options, given}: From,
): Promise<ReadonlySet<string>> {
	const {journal, readers, questions} = project;
	const asksListed = questions.some(({acceptsExisting, applies}) => acceptsExisting && applies(state));
	const named =
		options.flags.get('app') ??
		given.answersFile.get('app') ??
		journal.read().answers.app?.value ??
		state.facts.flyToml?.config.app;
	const isNamed = asksListed && named !== undefined && isKnownApp(project, named, options.adopt);
	const app = journal.read().ids['create-app'] ?? (isNamed ? named : undefined);
	if (!app || !(await readers.fly.status(app))) return new Set();
	return new Set((await readers.fly.listSecrets(app)).map(({name}) => name));
}

/** Keys in the environment that belong to another provider than the chosen one. */
function noteIgnored(
	questions: readonly Question[],
	state: AnswerState,
	{environment}: Host,
): readonly string[] {
	return questions
		.filter(
			question =>
				!question.applies(state) &&
				readSecretName(question.id) === undefined &&
				question.environment &&
				environment[question.environment] &&
				!questions.some(each => each.environment === question.environment && each.applies(state)),
		)
		.map(
			question =>
				`${question.environment} is set, and not used with ${state.provider?.label ?? 'this setup'}.`,
		);
}

/** The failure of a question that nobody can be asked, and the event that tells a script how to go on. */
export function explainMissing(
	question: Question,
	state: AnswerState,
	argv: readonly string[],
): {readonly event: PhxflyEvent; readonly failure: Failure} {
	const {flag, noneFlag, otherFlag, environment, id} = question;
	const isSwitch = flag !== undefined && flag.value === undefined;
	const values = (isSwitch ? [] : (question.choices?.(state) ?? []))
		.filter(({disabled}) => !disabled)
		.map(({value}) => value);
	const ways = [
		...(flag ? [showFlag(flag)] : []),
		...(environment ? [`${environment} in the environment`, `--secret-file ${environment}=PATH`] : []),
		...(noneFlag ? [showFlag(noneFlag)] : []),
		...(otherFlag ? [otherFlag] : []),
	];
	const next = ['phxfly', ...argv, ...answerByFlag(question, values[0])].map(quoteForShell).join(' ');
	const found = question.finding?.(state);
	const code = question.unanswered ?? 'input-needed';
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
		failure: new Failure(code, `${message}${valid}`, {hint: next, questionId: id}),
	};
}

/** The words that answer a question; what is in capitals is for the person to put in. */
function answerByFlag({flag, noneFlag, environment}: Question, value: string | undefined): readonly string[] {
	if (flag)
		return flag.value === undefined ? [flag.name] : [flag.name, value ?? flag.value.split('|')[0] ?? ''];
	// A flag of its own for "none" is as long as the way to give the key, which is what is meant.
	if (noneFlag && noneFlag.value === undefined) return [noneFlag.name];
	return environment ? ['--secret-file', `${environment}=PATH`] : [];
}

/**
Reads `--answers FILE` and every `--secret-file NAME=PATH` (`-` is standard input). Which secrets are asked is known only once
the project was read.

@throws {Failure} Exit 2 for a file that cannot be read, an unknown answer, or an answers file with a secret in it.
@see requireKnownSecrets
*/
export async function readGivenFiles({options, lists, readGiven}: Cli): Promise<GivenFiles> {
	const secretFiles = new Map<string, string>();
	for (const {name, path} of options.secretFiles)
		secretFiles.set(name, (await readGiven(path)).replace(/\r?\n$/, ''));

	const {answersFile: path} = options;
	if (path === undefined) return {answersFile: new Map(), secretFiles};
	return {answersFile: readAnswersFile(await readGiven(path), path, lists.questions), secretFiles};
}
