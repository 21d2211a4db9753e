import type {ElixirFacts, EnvironmentRead} from '../elixir/facts.ts';

/** One place where the app reads a variable that you must set. */
export type SecretRead = {
	readonly name: string;
	readonly path: string;
	readonly line: number;
	/** The code raises when it is not set. */
	readonly isRequired: boolean;
	/** It raises during the start of the release, so the app does not boot without it. */
	readonly stopsBoot: boolean;
	/** As written: the app does not start without it if that holds, which only running the code would tell. */
	readonly stopsBootIf?: string;
};

/** What Phoenix, Fly, or phxfly sets. */
const setElsewhere =
	/^(?:SECRET_KEY_BASE|PHX_HOST|PHX_SERVER|PORT|POOL_SIZE|POOL_COUNT|DNS_CLUSTER_QUERY|ECTO_IPV6|MIX_ENV|HOME|PATH|HOSTNAME|USER|LANG|TZ|PRIMARY_REGION|(?:RELEASE|FLY|ERL|LITESTREAM)_\w*)$/;

/**
Finds the variables that must be set or skipped by name, each once: the code raises without it, or reads it without a
default under a name that ends like a secret's. What only a build reads does not count: secrets are not there.

@param provided - Names that are already set.
*/
export function listSecretReads(
	{environment}: Pick<ElixirFacts, 'environment'>,
	provided: ReadonlySet<string>,
): readonly SecretRead[] {
	const reads = environment
		.filter(({holds, phase}) => holds !== 'no' && phase !== 'build')
		.filter(({need, name}) => need === 'required' || (need === 'optional' && isConfidential.test(name)))
		.filter(({name}) => !setElsewhere.test(name) && !provided.has(name))
		.map(toSecretRead);
	const found = new Map<string, SecretRead>();
	for (const read of reads.sort((left, right) => weigh(right) - weigh(left)))
		if (!found.has(read.name)) found.set(read.name, read);
	return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

const isConfidential = /(?:KEY|TOKEN|SECRET|DSN|PASSWORD)$/i;

function toSecretRead({name, path, line, need, phase, holds, condition}: EnvironmentRead): SecretRead {
	const isRequired = need === 'required';
	const isAtBoot = isRequired && phase === 'boot';
	return {
		...{name, path, line, isRequired, stopsBoot: isAtBoot && holds === 'yes'},
		...(isAtBoot && holds === 'maybe' ? {stopsBootIf: condition ?? 'unknown'} : {}),
	};
}

/** A read that stops the boot says most about a name, then one that raises later. */
const weigh = ({stopsBoot, stopsBootIf, isRequired, path}: SecretRead): number =>
	(stopsBoot ? 8 : 0) +
	(stopsBootIf === undefined ? 0 : 4) +
	(isRequired ? 2 : 0) +
	(path.includes('config/') ? 1 : 0);

/** Says which reads of variables could not be told, in one line; undefined if there are none. */
export function explainUnknownReads({
	unnamedReads,
	unread,
}: Pick<ElixirFacts, 'unnamedReads' | 'unread'>): string | undefined {
	const places = [
		...unnamedReads.map(({path, line}) => `${path}:${line} (the name is computed)`),
		...unread.map(({path, why}) => `${path} (${why})`),
	];
	if (places.length === 0) return undefined;
	const shown = places.slice(0, mostPlaces).join(', ');
	const more = places.length > mostPlaces ? `, and ${places.length - mostPlaces} more places` : '';
	return `variables: phxfly could not tell which ones the app reads in ${shown}${more}. If it needs one of them, pass --secret NAME.`;
}

const mostPlaces = 3;
