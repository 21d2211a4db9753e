import {none} from '../answer.ts';
import {Failure} from '../errors/failure.ts';
import {toSecretQuestionId} from '../questions/named-secret.ts';
import type {Cli, Options} from './context.ts';

type Registry = Cli['registry'];

type Pair = {
	readonly flags: readonly [string, string];
	/** Why both at once make no sense, a sentence without its end. */
	readonly why: string;
};

/** Switches that exclude each other, whatever the command. */
const excluding: readonly Pair[] = [
	{flags: ['--json', '--plain'], why: 'each of them says in which form the run is told'},
	{flags: ['--json', '--screen-reader'], why: 'JSON has no screens'},
	{flags: ['--quiet', '--verbose'], why: 'one leaves out what the other adds'},
	{flags: ['--script', '--json'], why: 'a plan is printed in one form'},
	{flags: ['--script', '--out'], why: 'a plan is printed as a script, or kept for apply'},
];

/**
Refuses flags that cannot both be meant, before anything is looked at.

@throws {Failure} `usage` (exit 2), naming both and the way out.
*/
export function rejectContradictions(
	options: Options,
	registry: Pick<Registry, 'questions' | 'providers' | 'profiles'>,
): void {
	const [pair] = [
		...excluding.filter(({flags}) => flags.every(flag => isGiven(flag, options))),
		...findGivenAndDeclined(options, registry),
		...findUnusedByProvider(options, registry),
		...findUnusedByProfile(options, registry),
	];
	if (pair) {
		const [one, other] = pair.flags;
		throw new Failure('usage', `${one} and ${other} exclude each other: ${pair.why}.`, {
			hint: `Leave out ${one}, or ${other}.`,
		});
	}

	const lonely = options.world === undefined ? (options.speed === 1 ? undefined : '--speed') : '--world';
	if (lonely && !options.isRehearsal) {
		throw new Failure('usage', `${lonely} is about a rehearsal, and this would be no rehearsal.`, {
			hint: `Add --rehearse, or leave out ${lonely}.`,
		});
	}
}

function isGiven(flag: string, options: Options): boolean {
	const given: Readonly<Record<string, boolean>> = {
		'--json': options.json,
		'--plain': options.plain,
		'--screen-reader': options.screenReader,
		'--quiet': options.quiet,
		'--verbose': options.verbose,
		'--script': options.script,
		'--out': options.out !== undefined,
	};
	return given[flag] ?? false;
}

/** A secret that is given in a file, and declined by its switch. */
function findGivenAndDeclined(
	{flags, secretFiles, namedSecrets}: Options,
	{questions}: Pick<Registry, 'questions'>,
): readonly Pair[] {
	const why = 'one says that there is none, the other gives it';
	const given = [
		...secretFiles.map(({name}) => ({name, flag: `--secret-file ${name}`})),
		...namedSecrets.map(name => ({name, flag: `--secret ${name}`})),
	];
	return given.flatMap(({name, flag}): readonly Pair[] => {
		const question = questions.find(({environment}) => environment === name);
		const isDeclined = question?.noneFlag && flags.get(question.id) === none;
		const isSkipped = flags.get(toSecretQuestionId(name)) === none;
		return [
			...(isDeclined ? [{flags: [question.noneFlag?.name ?? '', flag] as const, why}] : []),
			...(isSkipped ? [{flags: [`--skip-secret ${name}`, flag] as const, why}] : []),
		];
	});
}

/** Answers that belong to another storage than the one that is chosen beside them. */
function findUnusedByProvider(
	options: Options,
	{questions, providers}: Pick<Registry, 'questions' | 'providers'>,
): readonly Pair[] {
	const chosen = providers.find(({id}) => id === options.flags.get('storage'));
	if (!chosen) return [];
	const others = questions.filter(
		({id}) => !chosen.asks.includes(id) && providers.some(({asks}) => asks.includes(id)),
	);
	const files = options.secretFiles
		.filter(({name}) => others.some(({environment}) => environment === name))
		.map(({name}) => `--secret-file ${name}`);
	return [...listGivenFlags(options, others), ...files].map(flag => ({
		flags: [`--storage ${chosen.id}`, flag],
		why: `${chosen.label} has no use for it`,
	}));
}

/** Answers about what the chosen kind of app does not have. */
function findUnusedByProfile(
	options: Options,
	{questions, profiles, providers}: Pick<Registry, 'questions' | 'profiles' | 'providers'>,
): readonly Pair[] {
	const profile = profiles.find(({id}) => id === options.profile);
	if (!profile) return [];
	const storage = ['storage', 'restore', ...providers.flatMap(({asks}) => asks)];
	const unused = [
		...(profile.hasStorage ? [] : storage),
		...(profile.mount ? [] : ['volume-size']),
		...(profile.asksMail ? [] : ['mail-key']),
	];
	return listGivenFlags(
		options,
		questions.filter(({id}) => unused.includes(id)),
	).map(flag => ({
		flags: [`--profile ${profile.id}`, flag],
		why: `an app of the kind ${profile.id} has no use for it`,
	}));
}

/** The flags among them that are on the command line, as they were typed. */
const listGivenFlags = ({flags}: Options, questions: Registry['questions']): readonly string[] =>
	questions.flatMap(({id, flag, noneFlag}) => {
		const name = flags.get(id) === none ? (noneFlag ?? flag)?.name : flag?.name;
		return flags.has(id) && name ? [name] : [];
	});
