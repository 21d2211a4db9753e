import type {FlyConfig} from '../fly-toml/config.ts';
import {indexLines, readElixir} from './elixir.ts';

/** One place where the app reads a variable that you must set. */
export type SecretRead = {
	readonly name: string;
	readonly path: string;
	readonly line: number;
	/** The code raises when it is not set. */
	readonly isRequired: boolean;
	/** It raises during the start of the release, so the app does not boot without it. */
	readonly stopsBoot: boolean;
};

/** What Phoenix, Fly, or phxfly sets, and a database that phxfly does not set up. */
const setElsewhere =
	/^(?:SECRET_KEY_BASE|PHX_HOST|PHX_SERVER|PORT|POOL_SIZE|POOL_COUNT|DNS_CLUSTER_QUERY|DATABASE_URL|DATABASE_PATH|ECTO_IPV6|MIX_ENV|HOME|PATH|HOSTNAME|USER|LANG|TZ|PRIMARY_REGION|(?:RELEASE|FLY|ERL|LITESTREAM)_\w*)$/;

/**
Finds the variables that must be set or skipped by name, each once: the code raises without it, or reads it without a
default under a name that ends like a secret's. Only the text determines whether there is a default.

@param files - Texts by path; only those of `config/`, without development and test, and of `lib/`, without Mix tasks, count.
@param provided - Names that are already set.
*/
export function findSecretReads(
	files: ReadonlyMap<string, string>,
	provided: ReadonlySet<string>,
): readonly SecretRead[] {
	const reads = [...files]
		.filter(([path]) => isRead(path))
		.flatMap(([path, text]) => listReads(path, text))
		.filter(({name}) => !setElsewhere.test(name) && !provided.has(name));
	const found = new Map<string, SecretRead>();
	for (const read of reads.sort((left, right) => weigh(right) - weigh(left)))
		if (!found.has(read.name)) found.set(read.name, read);
	return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

const isRead = (path: string): boolean =>
	/^(?:apps\/[^/]+\/)?(?:config|lib)\/.*\.exs?$/.test(path) &&
	!/(?:^|\/)config\/(?:dev|test)\.exs$|(?:^|\/)lib\/mix\/tasks\//.test(path);

/** The longest expression that is checked after a read, in characters. */
const farthest = 400;

const confidentialEnding = /(?:KEY|TOKEN|SECRET|DSN|PASSWORD)$/i;

function listReads(path: string, text: string): readonly SecretRead[] {
	if (!text.includes('System.')) return [];
	const code = readElixir(path, blankDocumentation(text)).code;
	const lineOf = indexLines(code);
	const isBoot = /(?:^|\/)config\/runtime\.exs$/.test(path);
	return [...code.matchAll(/\bSystem\.(get_env|fetch_env!?)(?:\s*\(\s*|[ \t]+)"([A-Za-z_]\w*)"/g)].flatMap(
		({0: match, 1: call, 2: name = '', index}): readonly SecretRead[] => {
			const start = index + match.length;
			const behind = judgeRest(code.slice(start, start + farthest));
			const isRequired = call === 'fetch_env!' || behind === 'raises';
			if (!isRequired && (behind === 'has a default' || !confidentialEnding.test(name))) return [];
			return [{name, path, line: lineOf(index), isRequired, stopsBoot: isRequired && isBoot}];
		},
	);
}

/** Blanks the documentation: the app does not run its examples. */
const blankDocumentation = (text: string): string =>
	text.replaceAll(/@(?:module|type)?doc\s+(?:~[sS])?"""[\s\S]*?"""/g, part => part.replaceAll(/[^\n]/g, ' '));

/** Judges what follows the name: a second argument, or `|| …`. */
function judgeRest(rest: string): 'raises' | 'has a default' | 'has none' {
	let text = rest.trimStart();
	if (text.startsWith(',')) {
		const second = text.slice(1).trimStart();
		if (!isNothing(second)) return 'has a default';
		text = second.replace(/^(?:nil|"")/, '').trimStart();
	}

	if (text.startsWith(')')) text = text.slice(1).trimStart();
	if (!text.startsWith('||')) return 'has none';
	const other = text.slice(2).trimStart();
	if (/^\(?raise\b/.test(other)) return 'raises';
	return isNothing(other) ? 'has none' : 'has a default';
}

const isNothing = (expression: string): boolean => /^(?:nil\b|""(?!"))/.test(expression);

/** A read that stops the boot says most about a name, then one that raises later. */
const weigh = ({stopsBoot, isRequired, path}: SecretRead): number =>
	(stopsBoot ? 4 : 0) + (isRequired ? 2 : 0) + (path.includes('config/') ? 1 : 0);

/** Returns the names of variables that are already set: in fly.toml's [env] and the Dockerfile's ENV. */
export function listSetNames(
	config: FlyConfig | undefined,
	dockerfile: string | undefined,
): ReadonlySet<string> {
	const lines = (dockerfile ?? '').split('\n').flatMap(line => /^\s*ENV\s(.*)$/i.exec(line)?.[1] ?? []);
	const inImage = lines.flatMap(line => line.match(/[A-Za-z_]\w*(?==)|^\s*[A-Za-z_]\w*/g) ?? []);
	return new Set([...Object.keys(config?.env ?? {}), ...inImage.map(name => name.trim())]);
}
