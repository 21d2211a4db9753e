import {accepted, none, type Parsed, refused} from '../answer.ts';
import {Failure} from '../errors/failure.ts';
import type {ProjectFacts} from '../project/project.ts';
import {rejectUnsendable, Secret} from '../secrets/secret.ts';
import {unwrapPasted} from '../text/text.ts';
import type {Question} from './question.ts';

/**
The registry's questions, and one for each secret of the project's own: those its code reads and those of `--secret`.

@throws {Failure} `usage` (exit 2) for a `--secret NAME` that cannot be one.
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

/** @throws {Failure} `usage` (exit 2) for a `--secret NAME` that cannot be one of the app's own. */
function requireUsableName(name: string): void {
	const problem = !/^[A-Za-z_]\w*$/.test(name)
		? 'a name has letters, digits and underscores, and starts with no digit'
		: setByUs.test(name)
			? `${name} is set by phxfly itself`
			: ofTheComputer.test(name)
				? `${name} belongs to Fly or to the machine`
				: undefined;
	if (problem === undefined) return;
	throw new Failure('usage', `--secret: ${problem}.`, {
		hint: 'Name a variable that the app reads: --secret ANTHROPIC_API_KEY. Its value comes from the environment, a file or the masked field.',
	});
}

const setByUs = /^(?:SECRET_KEY_BASE|PHX_HOST|LITESTREAM_\w*)$/;

const ofTheComputer = /^(?:PATH|HOME|FLY_\w*)$/;

type SecretRead = ProjectFacts['secretReads'][number];

/**
The question for one secret of the app's own.

@param read - Where the code reads it, as far as that was found.
@param isNamed - `--secret NAME` asks for it, whatever the profile.
@param others - Questions that may ask for the same variable; then this one is not asked.
*/
function buildNamedSecret(
	name: string,
	read: SecretRead | undefined,
	isNamed: boolean,
	others: readonly Question[],
): Question {
	const consequence = describeAbsence(read);
	const rivals = others.filter(({environment}) => environment === name);
	const label = name.length > longestLabel ? `${name.slice(0, longestLabel - 1)}…` : name;
	const say = (text: string) => (label === name ? text : `${name}, ${text}`);
	return {
		id: toSecretQuestionId(name),
		label,
		title: `Secret ${name}`,
		why: `${capitalise(consequence)}. Type none to go without it.`,
		kind: 'secret',
		noneFlag: {name: '--skip-secret', value: name, help: `go without ${name}`},
		environment: name,
		help: `Paste its value: it is sent over standard input and kept nowhere here. Type none to go without it, or run with --skip-secret ${name}.`,
		acceptsExisting: true,
		finding: () => read && `${read.path}:${read.line} reads ${name}.`,
		applies: state =>
			(isNamed || state.profile.asksFoundSecrets) && !rivals.some(rival => rival.applies(state)),

		describe(value, {secrets}) {
			if (value === none) return say(`none: ${consequence}`);
			const ending = secrets.get(toSecretQuestionId(name))?.ending;
			return say(ending ? `ends in ${ending}` : 'as it is on the app');
		},

		parse: typed => parseValue(typed, name, consequence),
	};
}

/** Widest label that the answers beside it leave room for. */
const longestLabel = 12;

function describeAbsence(read: SecretRead | undefined): string {
	if (read?.stopsBoot) return 'the app does not start without it';
	if (read?.isRequired) return 'the app starts without it, and raises where it reads it';
	if (read) return 'the app starts without it, and what needs it fails';
	return 'no file here was seen to read it';
}

/** Any value is taken as it is, to the byte: it may hold a `#`, quotes or spaces. */
function parseValue(typed: string, name: string, consequence: string): Parsed<string> {
	if (typed === '') return refused(`${name} is empty: paste its value, or type none to go without it.`);
	if (typed.trim().toLowerCase() === none) return accepted(none, `${name} is not set: ${consequence}.`);
	const problem = rejectUnsendable(new Secret(name, typed));
	if (problem !== undefined) {
		const bare = typed.trim();
		const isBetter = bare !== '' && rejectUnsendable(new Secret(name, bare)) === undefined;
		return refused(problem, isBetter ? bare : undefined);
	}

	return unwrapPasted(typed) === undefined
		? accepted(typed)
		: accepted(typed, `${name} has quotes or a name around its value; they are sent as they are.`);
}

const capitalise = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;

/** The question that asks for a secret of the app's own; no other id holds an underscore. */
export const toSecretQuestionId = (name: string): string => `${prefix}${name}`;

/** The secret that a question of that id asks for; `undefined` for any other question. */
export const readSecretName = (questionId: string): string | undefined =>
	questionId.startsWith(prefix) ? questionId.slice(prefix.length) : undefined;

const prefix = 'secret_';
