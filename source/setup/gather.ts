import type {Answer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {readAnswersFile} from '../core/questions/answers-file.ts';
import {type Given, gatherAnswers, showFlag} from '../core/questions/gather.ts';
import {readSecretName} from '../core/questions/named-secret.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {quoteForShell} from '../core/text/text.ts';
import {preflight} from './preflight.ts';
import {checkMachines, checkStorage, isKnownApp} from './survey.ts';

/**
What an open question does. `fails`: the first one ends the command, and notes are said, since nothing shows them later.
`keys-may`: the same, but keys may stay unknown. `asked-later`: the caller asks, or shows what is open.
*/
type Missing = 'fails' | 'keys-may' | 'asked-later';

/**
Gathers every answer that can be known without asking, the app's listed secrets included.

@param start - What was seen of the account; looked up without it.
@throws {Failure} Exit 5 for an open question that may not stay open, 2 for an answer that does not parse.
*/
export async function gather(
	cli: Cli,
	project: Project,
	missing: Missing,
	start?: AnswerState,
): Promise<AnswerState> {
	const seen = start ?? (await preflight(cli, project));
	requireKnownSecrets(project);
	return settle(cli, await readAnswers(cli, project, project.questions, seen), missing);
}

/**
Asks the storage itself, and how many machines there are, then gathers what that made askable.

@throws {Failure} `storage-…` (exit 9) for storage that refuses; exit 5 as `gather`.
*/
export async function complete(
	cli: Cli,
	project: Project,
	state: AnswerState,
	missing: Missing,
): Promise<AnswerState> {
	const stored = await checkStorage(project, state);
	const surveyed = await checkMachines(project, stored, cli.options.adopt);
	const askable = project.questions.filter(({applies, id}) => applies(surveyed) && !surveyed.answers.has(id));
	const known = {...surveyed, open: []};
	const last = askable.length === 0 ? known : await readAnswers(cli, project, askable, known);
	return settle(cli, last, missing, state.notes.length);
}

/** @param earlier - How many of the notes were said before. */
function settle(cli: Cli, state: AnswerState, missing: Missing, earlier = 0): AnswerState {
	if (missing === 'fails') for (const note of state.notes.slice(earlier)) cli.say(note);
	if (missing !== 'asked-later') rejectOpen(cli, state, missing);
	return state;
}

/** @throws {Failure} Exit 5 for the first question that may not stay open. */
export function rejectOpen(
	{host, emit}: Pick<Cli, 'host' | 'emit'>,
	state: AnswerState,
	missing: 'fails' | 'keys-may',
): void {
	const lacking = state.open.find(({kind}) => missing === 'fails' || kind !== 'secret');
	if (!lacking) return;
	const {event, failure} = explainMissing(lacking, state, host.argv);
	emit(event);
	throw failure;
}

async function readAnswers(
	{options}: Cli,
	project: Project,
	questions: readonly Question[],
	state: AnswerState,
): Promise<AnswerState> {
	const {given} = project;
	const gathered = gatherAnswers(questions, state, {
		...given,
		journal: readJournalAnswers(project),
		listedSecrets: await readListedSecrets(project, state, options.adopt),
	});
	return {...gathered, notes: [...gathered.notes, ...noteIgnored(questions, gathered, given)]};
}

/**
Holds every secret that was given or skipped by name against those that are asked.

@throws {Failure} `usage` (exit 2) for one that nobody asks for.
*/
function requireKnownSecrets({questions, given}: Project): void {
	const known = questions.flatMap(({environment}) => environment ?? []);
	const own = questions.flatMap(({id}) => readSecretName(id) ?? []);
	rejectUnknown('--secret-file', [...given.secretFiles.keys()], known);
	rejectUnknown('--skip-secret', listNames(given.flags), own);
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
	isAdopted: boolean,
): Promise<ReadonlySet<string>> {
	const {journal, journalView, readers, questions, given} = project;
	const asksListed = questions.some(({acceptsExisting, applies}) => acceptsExisting && applies(state));
	const named =
		given.flags.get('app') ??
		given.answersFile.get('app') ??
		journal.read().answers.app?.value ??
		state.facts.flyToml?.config.app;
	const isNamed = asksListed && named !== undefined && isKnownApp(project, named, isAdopted);
	const app = journalView.app() ?? (isNamed ? named : undefined);
	if (!app || !(await readers.fly.status(app))) return new Set();
	return new Set((await readers.fly.listSecrets(app)).map(({name}) => name));
}

/** Keys in the environment that belong to another provider than the chosen one. */
function noteIgnored(
	questions: readonly Question[],
	state: AnswerState,
	{environment}: Given,
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
export async function readGiven(cli: Cli): Promise<Given> {
	const {host, options, registry} = cli;
	const secretFiles = new Map<string, string>();
	for (const {name, path} of options.secretFiles)
		secretFiles.set(name, (await cli.readGiven(path)).replace(/\r?\n$/, ''));

	const {answersFile: path, flags} = options;
	const answersFile =
		path === undefined
			? new Map<string, string>()
			: readAnswersFile(await cli.readGiven(path), path, registry.questions);
	return {flags, environment: host.environment, secretFiles, answersFile};
}
