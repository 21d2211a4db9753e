import {accepted, none, type Parsed, refused} from '../answer.ts';
import {Failure} from '../errors/failure.ts';
import type {ProjectFacts} from '../project/project.ts';
import {locateDatabase} from '../protection/database.ts';
import {rejectUnsendable, Secret} from '../secrets/secret.ts';
import {unwrapPasted} from '../text/text.ts';
import type {AnswerState, Question} from './question.ts';

/**
Returns the registry's questions, and one for each of the project's own secrets: those its code reads and those of `--secret`.

@throws {Failure} `usage` (exit 2) for a `--secret NAME` that is not a valid name.
*/
export function listQuestions(
	questions: readonly Question[],
	{secretReads}: ProjectFacts,
	named: readonly string[],
): readonly Question[] {
	for (const name of named) requireUsableName(name);
	const names = [...new Set([...secretReads.map(({name}) => name), ...named])];
	return [
		...questions,
		...names.map(name => {
			const read = secretReads.find(each => each.name === name);
			return buildNamedSecret(name, read, named.includes(name), questions);
		}),
	];
}

/** @throws {Failure} `usage` (exit 2) for a `--secret NAME` that is not a valid name. */
function requireUsableName(name: string): void {
	const problem = !/^[A-Za-z_]\w*$/.test(name)
		? 'a name contains only letters, digits, and underscores, and does not start with a digit'
		: setByUs.test(name)
			? `phxfly sets ${name} itself`
			: ofTheComputer.test(name)
				? `${name} belongs to Fly or to the machine`
				: undefined;
	if (problem === undefined) return;
	throw new Failure('usage', `--secret: ${problem}.`, {
		hint: 'Pass the name of a variable your app reads, such as --secret ANTHROPIC_API_KEY. Provide its value through the environment, --secret-file, or the prompt.',
	});
}

const setByUs = /^(?:SECRET_KEY_BASE|PHX_HOST|LITESTREAM_\w*)$/;

const ofTheComputer = /^(?:PATH|HOME|FLY_\w*)$/;

type SecretRead = ProjectFacts['secretReads'][number];

/**
Returns the question for one of the app's own secrets.

@param read - Where the code reads it, if phxfly found that.
@param isNamed - `--secret NAME` asks for it, for every profile.
@param others - Questions that may ask for the same variable; then this one does not apply.
*/
function buildNamedSecret(
	name: string,
	read: SecretRead | undefined,
	isNamed: boolean,
	others: readonly Question[],
): Question {
	const consequence = describeAbsence(read);
	const stopsBoot = read !== undefined && (read.stopsBoot || read.stopsBootIf !== undefined);
	const rivals = others.filter(({environment}) => environment === name);
	const label = name.length > longestLabel ? `${name.slice(0, longestLabel - 1)}…` : name;
	const say = (text: string) => (label === name ? text : `${name}, ${text}`);
	return {
		id: toSecretQuestionId(name),
		label,
		title: `Secret ${name}`,
		why: `${capitalize(consequence)}. Leave empty to skip it.`,
		kind: 'secret',
		noneFlag: {name: '--skip-secret', value: name, help: `skip ${name}`},
		environment: name,
		help: `Paste its value: phxfly sends it over standard input and does not store it. Leave empty to skip it, or pass --skip-secret ${name}.`,
		acceptsExisting: true,
		without: () => `${capitalize(consequence)}.`,
		finding: () => read && describeRead(read),
		applies: state =>
			(isNamed || state.profile.asksFoundSecrets || stopsBoot) &&
			!(state.profile.hasStorage && namesDatabase(state.facts, name)) &&
			!rivals.some(rival => rival.applies(state) && !(stopsBoot && isDeclined(rival, state))),

		describe(value, {secrets}) {
			if (value === none) return say(`none: ${consequence}`);
			const secret = secrets.get(toSecretQuestionId(name));
			if (!secret) return say('already on the app');
			return say(secret.ending ? `ends in ${secret.ending}` : 'given');
		},

		parse: typed => parseValue(typed, name, consequence),
	};
}

/** Tells whether phxfly writes the variable into fly.toml, since it says where the database is. */
function namesDatabase({elixir, dockerfile, flyToml}: ProjectFacts, name: string): boolean {
	if (name === 'DATABASE_PATH') return true;
	const found = locateDatabase({elixir, dockerfile, flyConfig: flyToml?.config});
	return found.is === 'unset' && found.variable === name;
}

/** Tells whether the person does without what the question is about; the app may need the variable all the same. */
const isDeclined = ({id}: Question, {answers}: AnswerState): boolean => answers.get(id)?.value === none;

/** The widest label that leaves room for the answers next to it. */
const longestLabel = 12;

function describeAbsence(read: SecretRead | undefined): string {
	if (read?.stopsBoot) return 'the app does not start without it';
	if (read?.stopsBootIf !== undefined) return 'the app may not start without it';
	if (read?.isRequired) return 'the app starts without it, but raises an error when it reads it';
	if (read) return 'the app starts without it, but whatever needs it fails';
	return 'phxfly found no code that reads it';
}

/** Says where the code reads it, and under which condition where only running the code would tell. */
const describeRead = ({name, path, line, stopsBootIf}: SecretRead): string =>
	`${path}:${line} reads ${name}${stopsBootIf === undefined ? '' : ` if this holds: ${stopsBootIf}`}.`;

/** Accepts any value unchanged, to the byte: it may contain a `#`, quotes, or spaces. */
function parseValue(typed: string, name: string, consequence: string): Parsed<string> {
	if (typed === '') return refused(`${name} is empty. Paste its value, or type none to skip it.`);
	if (typed.trim().toLowerCase() === none) return accepted(none, `${name} is not set: ${consequence}.`);
	const problem = rejectUnsendable(new Secret(name, typed));
	if (problem !== undefined) {
		const bare = typed.trim();
		const isBetter = bare !== '' && rejectUnsendable(new Secret(name, bare)) === undefined;
		return refused(problem, isBetter ? bare : undefined);
	}

	return unwrapPasted(typed) === undefined
		? accepted(typed)
		: accepted(typed, `${name} has quotes or a name around its value; phxfly sends them too.`);
}

const capitalize = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;

/** Returns the id of the question for one of the app's own secrets; no other id contains an underscore. */
export const toSecretQuestionId = (name: string): string => `${prefix}${name}`;

/** Returns the secret that a question asks for; `undefined` for any other question. */
export const readSecretName = (questionId: string): string | undefined =>
	questionId.startsWith(prefix) ? questionId.slice(prefix.length) : undefined;

const prefix = 'secret_';
