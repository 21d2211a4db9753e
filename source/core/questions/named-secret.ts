import {accepted, none, type Parsed, refused} from '../answer.ts';
import {toSecretQuestionId} from '../named-secret.ts';
import type {ProjectFacts} from '../project/project.ts';
import {refuseUnsendable, Secret} from '../secrets/secret.ts';
import {unwrapPasted} from '../text/text.ts';
import type {Question} from './question.ts';

type SecretRead = ProjectFacts['secretReads'][number];

/** Widest label that the answers beside it leave room for. */
const longestLabel = 12;

/**
The question for one secret of the app's own.

@param read - Where the code reads it, as far as that was found.
@param isNamed - `--secret NAME` asks for it, whatever the profile.
@param others - Questions that may ask for the same variable; then this one is not asked.
*/
export function buildNamedSecret(
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
		keepsListed: true,
		finding: () => read && `${read.path}:${read.line} reads ${name}.`,
		isAsked: situation =>
			(isNamed || situation.profile.asksFoundSecrets) && !rivals.some(rival => rival.isAsked(situation)),

		describe(value, {secrets}) {
			if (value === none) return say(`none: ${consequence}`);
			const ending = secrets.get(toSecretQuestionId(name))?.ending;
			return say(ending ? `ends in ${ending}` : 'as it is on the app');
		},

		parse: typed => parseValue(typed, name, consequence),
	};
}

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
	const problem = refuseUnsendable(new Secret(name, typed));
	if (problem !== undefined) {
		const bare = typed.trim();
		const isBetter = bare !== '' && refuseUnsendable(new Secret(name, bare)) === undefined;
		return refused(problem, isBetter ? bare : undefined);
	}

	return unwrapPasted(typed) === undefined
		? accepted(typed)
		: accepted(typed, `${name} has quotes or a name around its value; they are sent as they are.`);
}

const capitalise = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;
