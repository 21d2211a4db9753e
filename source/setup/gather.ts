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
import {checkMachines, checkMailKey, checkStorage, isKnownApp, rejectTakenName} from './survey.ts';

/**
Reads `--answers FILE` and every `--secret-file NAME=PATH` (`-` is standard input). Only the project's code tells which
secrets it needs, so their names are checked later.

@throws {Failure} Exit 2 for an unreadable file, an unknown answer, or an answers file that contains a secret.
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

/**
What happens to open questions. `fails`: the first one ends the command, and notes are printed, since no screen shows them
later. `keys-may`: the same, but keys may stay unknown. `listed`: the caller lists them. `asked`: the caller asks them, and
proposes what the person chose last time.
*/
type Missing = 'fails' | 'keys-may' | 'listed' | 'asked';

/**
Gathers every answer phxfly can find without asking, including the secrets the app already has.

@param start - Result of an earlier preflight. Without it, runs one.
@throws {Failure} Exit 5 for a question that must not stay open, and exit 2 for an invalid answer.
*/
export async function gather(
	cli: Cli,
	project: Project,
	missing: Missing,
	start?: AnswerState,
): Promise<AnswerState> {
	const state = start ?? (await preflight(cli, project));
	requireKnownSecrets(project);
	return settle(
		cli,
		await readAnswers(cli, project, {questions: project.questions, missing}, state),
		missing,
	);
}

/**
Checks the name of the app, the mail key, the storage, and the number of machines, then gathers answers to the questions that this opened.

@throws {Failure} `name-taken` (exit 2), `mail-key-refused` (exit 9), `storage-…` (exit 9) for storage that rejects a request, and exit 5 as `gather`.
*/
export async function complete(
	cli: Cli,
	project: Project,
	state: AnswerState,
	missing: Missing,
): Promise<AnswerState> {
	await rejectTakenName(project, state);
	const stored = await checkStorage(project, await checkMailKey(project, state));
	const surveyed = await checkMachines(project, stored, cli.options.adopt, cli.registry.steps);
	const askable = project.questions.filter(({applies, id}) => applies(surveyed) && !surveyed.answers.has(id));
	const known = {...surveyed, open: []};
	const last =
		askable.length === 0 ? known : await readAnswers(cli, project, {questions: askable, missing}, known);
	return settle(cli, last, missing, state.notes.length);
}

/** @param earlier - How many of the notes are already printed. */
function settle(cli: Cli, state: AnswerState, missing: Missing, earlier = 0): AnswerState {
	if (missing === 'fails') for (const note of state.notes.slice(earlier)) cli.say(note);
	if (missing === 'fails' || missing === 'keys-may') rejectOpen(cli, state, missing);
	return state;
}

/** @throws {Failure} Exit 5 for the first question that must not stay open. */
export function rejectOpen(
	{host, emit}: Pick<Cli, 'host' | 'emit'>,
	state: AnswerState,
	missing: 'fails' | 'keys-may',
): void {
	const question = state.open.find(({kind}) => missing === 'fails' || kind !== 'secret');
	if (!question) return;
	const {event, failure} = explainMissing(question, state, host.argv);
	emit(event);
	throw failure;
}

async function readAnswers(
	{options}: Cli,
	project: Project,
	{questions, missing}: {readonly questions: readonly Question[]; readonly missing: Missing},
	state: AnswerState,
): Promise<AnswerState> {
	const {given, preferences} = project;
	const gathered = gatherAnswers(questions, state, {
		...given,
		journal: readJournalAnswers(project),
		lastTime: (missing === 'asked' ? preferences?.answers : undefined) ?? new Map(),
		listedSecrets: await readListedSecrets(project, state, options.adopt),
	});
	return {...gathered, notes: [...gathered.notes, ...noteIgnored(questions, gathered, given)]};
}

/**
Compares every secret that was passed or skipped by name with those phxfly asks for.

@throws {Failure} `usage` (exit 2) for a secret that no question asks for.
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
	// Anything that does not look like a name may be a secret value in the wrong place.
	const named = /^\w{1,40}$/.test(unknown) ? `named ${unknown}` : 'of that name';
	const list = known.length > 0 ? `Known names: ${known.join(', ')}. ` : '';
	throw new Failure('usage', `${flag}: this app does not use a secret ${named}.`, {
		hint: `${list}If your code reads it in a way phxfly cannot see, add --secret NAME.`,
	});
}

function readJournalAnswers({journal}: Project): ReadonlyMap<string, Answer> {
	const entries = Object.entries(journal.read().answers);
	return new Map(
		entries.map(([id, {value, origin}]) => [id, {value, origin: {kind: 'journal', text: origin}}]),
	);
}

/** Lists the secrets of the app to set up if this project created it; if questions accept existing secrets, also of another known app. */
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
	if (named === undefined) return new Set();
	const isKnown = journalView.isOurApp(named) || (asksListed && isKnownApp(project, named, isAdopted));
	if (!isKnown || !(await readers.fly.status(named))) return new Set();
	return new Set((await readers.fly.listSecrets(named)).map(({name}) => name));
}

/** Returns a note for each key in the environment that belongs to another provider. */
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
				`Ignoring ${question.environment}: ${state.provider?.label ?? 'this setup'} does not use it.`,
		);
}

/** Returns the failure for a missing answer, and the event that tells a script how to continue. */
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
	const flags = [
		...(flag ? [showFlag(flag)] : []),
		...(environment ? [`--secret-file ${environment}=PATH`] : []),
		...(noneFlag ? [showFlag(noneFlag)] : []),
		...(otherFlag ? [otherFlag] : []),
	].join(', or ');
	const way = environment ? `Set ${environment} in the environment, or pass ${flags}.` : `Pass ${flags}.`;
	const suggested = question.suggestion?.(state)?.value;
	const value = values.find(each => each === suggested) ?? values[0];
	const next = ['phxfly', ...argv, ...answerByFlag(question, value)].map(quoteForShell).join(' ');
	const found = question.finding?.(state);
	const code = question.unanswered ?? 'input-needed';
	const message = `${found ? `${found} ` : ''}Missing answer: ${question.title}. ${way}`;
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

/** Returns the words that answer a question. You replace those in capitals. */
function answerByFlag({flag, noneFlag, environment}: Question, value: string | undefined): readonly string[] {
	if (flag)
		return flag.value === undefined ? [flag.name] : [flag.name, value ?? flag.value.split('|')[0] ?? ''];
	// A switch for "none" answers the question and needs no value.
	if (noneFlag && noneFlag.value === undefined) return [noneFlag.name];
	return environment ? ['--secret-file', `${environment}=PATH`] : [];
}
