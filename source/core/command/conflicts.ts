import {none} from '../answer.ts';
import {Failure} from '../errors/failure.ts';
import {toSecretQuestionId} from '../questions/named-secret.ts';
import type {Cli, Options} from './context.ts';

type Registry = Cli['registry'];

type Pair = {
	readonly flags: readonly [string, string];
	/** Why both make no sense together, without a period. */
	readonly why: string;
};

/** Switches that exclude each other in every command. */
const excluding: readonly Pair[] = [
	{flags: ['--json', '--plain'], why: 'each of them sets the output format'},
	{flags: ['--json', '--screen-reader'], why: 'JSON output has no screens'},
	{flags: ['--quiet', '--verbose'], why: 'one hides what the other adds'},
	{flags: ['--script', '--json'], why: 'a plan has one output format'},
	{flags: ['--script', '--out'], why: 'a plan is either printed as a script or saved for apply'},
];

/**
Rejects flags that contradict each other, before anything is read.

@throws {Failure} `usage` (exit 2), naming both and the fix.
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
		throw new Failure('usage', `Use ${one} or ${other}, not both: ${pair.why}.`, {
			hint: `Remove ${one} or ${other}.`,
		});
	}

	const lonely = options.world === undefined ? (options.speed === 1 ? undefined : '--speed') : '--world';
	if (lonely && !options.isRehearsal) {
		throw new Failure('usage', `${lonely} only works with --rehearse.`, {
			hint: `Add --rehearse, or remove ${lonely}.`,
		});
	}
}

function isGiven(flag: string, options: Options): boolean {
	const isSet: Readonly<Record<string, boolean>> = {
		'--json': options.json,
		'--plain': options.plain,
		'--screen-reader': options.screenReader,
		'--quiet': options.quiet,
		'--verbose': options.verbose,
		'--script': options.script,
		'--out': options.out !== undefined,
	};
	return isSet[flag] ?? false;
}

/** Finds secrets that one flag provides and another declines. */
function findGivenAndDeclined(
	{flags, secretFiles, namedSecrets}: Options,
	{questions}: Pick<Registry, 'questions'>,
): readonly Pair[] {
	const provided = [
		...secretFiles.map(({name}) => ({name, flag: `--secret-file ${name}`, isNamed: false})),
		...namedSecrets.map(name => ({name, flag: `--secret ${name}`, isNamed: true})),
	];
	return provided.flatMap(({name, flag, isNamed}): readonly Pair[] => {
		const question = questions.find(({environment}) => environment === name);
		// An app may require the variable of what is declined: that shows once the project is read.
		const isDeclined = isNamed && question?.noneFlag && flags.get(question.id) === none;
		const isSkipped = flags.get(toSecretQuestionId(name)) === none;
		return [
			...(isDeclined ? [{flags: [question.noneFlag?.name ?? '', flag] as const, why: declines}] : []),
			...(isSkipped ? [{flags: [`--skip-secret ${name}`, flag] as const, why: declines}] : []),
		];
	});
}

const declines = 'one declines the secret, the other provides it';

/** Finds answers of other storage providers than the chosen one. */
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
		why: `${chosen.label} does not use it`,
	}));
}

/** Finds answers that the chosen profile does not use. */
function findUnusedByProfile(
	options: Options,
	{questions, profiles, providers}: Pick<Registry, 'questions' | 'profiles' | 'providers'>,
): readonly Pair[] {
	const profile = profiles.find(({id}) => id === options.profile);
	if (!profile) return [];
	const storage = ['storage', 'restore', 'heartbeat', ...providers.flatMap(({asks}) => asks)];
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
		why: `the profile ${profile.id} does not use it`,
	}));
}

/** Lists the questions' flags on the command line, as you typed them. */
const listGivenFlags = ({flags}: Options, questions: Registry['questions']): readonly string[] =>
	questions.flatMap(({id, flag, noneFlag}) => {
		const name = flags.get(id) === none ? (noneFlag ?? flag)?.name : flag?.name;
		return flags.has(id) && name ? [name] : [];
	});
