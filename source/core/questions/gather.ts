import {type Answer, type Answers, none, type Origin} from '../answer.ts';
import {Failure} from '../errors/failure.ts';
import {Secret} from '../secrets/secret.ts';
import type {AnswerState, Flag, Question} from './question.ts';

/** What the command line, the environment, and files provide: by question id or by variable name. */
export type Given = {
	readonly flags: ReadonlyMap<string, string>;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** `--secret-file NAME=PATH`, by name. */
	readonly secretFiles: ReadonlyMap<string, string>;
	readonly answersFile: ReadonlyMap<string, string>;
};

type Sources = Given & {
	readonly journal: ReadonlyMap<string, Answer>;
	/** What the person chose in the last setup, of any project; empty where phxfly asks no question. */
	readonly lastTime: ReadonlyMap<string, string>;
	/** Secrets that the app already has: one that an earlier run set is not asked for again. */
	readonly listedSecrets: ReadonlySet<string>;
};

/**
Takes every answer from the first place that has one: flags, environment, answers file, journal, project, last time, default.

@throws {Failure} `answer-refused` (exit 2) for a provided answer that does not parse.
*/
export function gatherAnswers(
	questions: readonly Question[],
	start: AnswerState,
	sources: Sources,
): AnswerState {
	let state = start;
	const open: Question[] = [];
	const notes: string[] = [];
	for (const question of questions) {
		if (!question.applies(state)) continue;
		const provided = findProvided(question, state, sources);
		if (provided) {
			const parsed = question.parse(provided.value, state);
			if (!parsed.ok && provided.origin.kind !== 'journal')
				throw refuse(question, state, provided.origin, parsed);
			if (parsed.ok) {
				if (parsed.note && provided.origin.kind !== 'journal')
					notes.push(`${question.label}: ${parsed.note}`);
				state = acceptAnswer(state, question, parsed.value, provided.origin);
				continue;
			}
		}

		const existing = findExisting(question, state, sources);
		const proposed = existing ?? propose(question, state, sources);
		if (proposed) state = withAnswer(state, question.id, proposed);
		else open.push(question);
	}

	rejectDeclined(questions, state, sources);
	return {...state, open, notes: [...start.notes, ...notes]};
}

/** @throws {Failure} `usage` (exit 2) for a secret's file that no question takes, since a flag declines the secret. */
function rejectDeclined(
	questions: readonly Question[],
	state: AnswerState,
	{flags, secretFiles}: Sources,
): void {
	for (const name of secretFiles.keys()) {
		const asking = questions.filter(({environment, applies}) => environment === name && applies(state));
		const declined = asking.find(({id}) => flags.get(id) === none)?.noneFlag;
		if (!declined || asking.length > 1) continue;
		throw new Failure(
			'usage',
			`Use ${showFlag(declined)} or --secret-file ${name}, not both: one declines the secret, the other provides it.`,
			{hint: `Remove ${showFlag(declined)} or --secret-file ${name}.`},
		);
	}
}

function findProvided(question: Question, state: AnswerState, sources: Sources): Answer | undefined {
	const {id, flag, noneFlag, environment, kind, isOneOff} = question;
	const flagValue = sources.flags.get(id);
	if (flagValue !== undefined) {
		return {
			value: flagValue,
			origin: {kind: 'flag', text: flag?.name ?? (noneFlag ? showFlag(noneFlag) : id)},
		};
	}

	if (environment !== undefined) {
		const file = sources.secretFiles.get(environment);
		if (file !== undefined)
			return {value: file, origin: {kind: 'flag', text: `--secret-file ${environment}`}};
		const value = sources.environment[environment];
		if (value !== undefined && value !== '') return {value, origin: {kind: 'environment', text: environment}};
	}

	const fromFile = sources.answersFile.get(id);
	if (fromFile !== undefined) return {value: fromFile, origin: {kind: 'answers-file', text: '--answers'}};
	const isForeign = isOfAnotherApp(state, sources) && question.isOfApp?.(state) === true;
	const earlier = isOneOff || isForeign ? undefined : sources.journal.get(id);
	if (!earlier || (kind === 'secret' && earlier.value === given)) return undefined;
	return {value: earlier.value, origin: {kind: 'journal', text: earlier.origin.text}};
}

/** Tells whether the earlier run answered for another app. */
function isOfAnotherApp({answers}: AnswerState, {journal}: Pick<Sources, 'journal'>): boolean {
	const [now, earlier] = [answers.get('app')?.value, journal.get('app')?.value];
	return now !== undefined && earlier !== undefined && now !== earlier;
}

/** Tells whether an answer so far is about the app answered before: a part of its place, or a secret that it has. */
export const isOfEarlierApp = (question: Question, state: AnswerState): boolean => {
	const answer = state.answers.get(question.id);
	const isKept = question.kind === 'secret' && answer?.value === given && answer.origin.kind === 'journal';
	return answer !== undefined && (isKept || question.isOfApp?.(state) === true);
};

/** Returns the answer of a secret that is set on the app: its value is not needed again. */
function findExisting(
	{id, kind, environment, acceptsExisting}: Question,
	state: AnswerState,
	sources: Sources,
): Answer | undefined {
	const {journal, listedSecrets} = sources;
	const isOurs = journal.get(id)?.value === given && !isOfAnotherApp(state, sources);
	if (kind !== 'secret' || !(isOurs || acceptsExisting) || !environment || !listedSecrets.has(environment))
		return undefined;
	return {value: given, origin: {kind: 'journal', text: isOurs ? 'set earlier, kept' : 'set on Fly, kept'}};
}

/** Returns the default; instead of one that says nothing of this project or account, what is still valid of last time. */
function propose(question: Question, state: AnswerState, {lastTime}: Sources): Answer | undefined {
	const usual = question.default?.(state);
	const earlier = question.isPreference ? lastTime.get(question.id) : undefined;
	if (earlier === undefined || (usual && usual.origin.kind !== 'default')) return usual;
	const parsed = question.parse(earlier, state);
	return parsed.ok ? {value: parsed.value, origin: {kind: 'last-time', text: 'last time'}} : usual;
}

function refuse(
	question: Question,
	state: AnswerState,
	origin: Origin,
	parsed: {readonly problem: string; readonly offer?: string},
): Failure {
	const offer =
		parsed.offer !== undefined && question.kind !== 'secret' ? ` Did you mean ${parsed.offer}?` : '';
	const hint = question.flag
		? `Pass ${showFlag(question.flag)}, for example ${question.flag.name} ${showExample(question, state) ?? question.flag.value ?? ''}.`
		: `Set ${question.environment ?? question.id} to a valid value.`;
	return new Failure('answer-refused', `${origin.text}: ${parsed.problem}${offer}`, {
		hint,
		questionId: question.id,
	});
}

/** Writes a flag as you type it, with its value if it has one. */
export const showFlag = ({name, value}: Flag): string => (value === undefined ? name : `${name} ${value}`);

export const showExample = ({example}: Question, state: AnswerState): string | undefined =>
	typeof example === 'function' ? example(state) : example;

/** The answer of a secret question, instead of its value. */
export const given = 'given';

/**
Adds the accepted text of a question to the state; a secret goes into the store.

@param value - As `question.parse` returned it.
*/
export function acceptAnswer(
	state: AnswerState,
	question: Question,
	value: string,
	origin: Origin,
): AnswerState {
	const {id, kind, environment} = question;
	if (kind !== 'secret') return withAnswer(state, id, {value, origin});
	if (value === none || value === '') {
		state.secrets.forget(id);
		return withAnswer(state, id, {value, origin});
	}

	state.secrets.add(id, new Secret(environment ?? id, value));
	return withAnswer(state, id, {value: given, origin});
}

/** Returns the state with one more answer; the provider follows the storage answer. */
export function withAnswer(state: AnswerState, id: string, answer: Answer): AnswerState {
	const answers = new Map(state.answers).set(id, answer);
	return {...state, answers, provider: findProvider(state, answers)};
}

export function withoutAnswer(state: AnswerState, id: string): AnswerState {
	const answers = new Map(state.answers);
	answers.delete(id);
	return {...state, answers, provider: findProvider(state, answers)};
}

const findProvider = ({providers}: AnswerState, answers: Answers) =>
	providers.find(({id}) => id === answers.get('storage')?.value);
