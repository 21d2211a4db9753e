import {readEnvironment} from '../world/environment.ts';
import type {Machine, World} from '../world/world.ts';
import {listDatabases} from './replica.ts';

/** DATABASE_PATH on the machine; without one, the only database of its litestream.yml. */
export function readDatabase({machine}: Pick<Remote, 'machine'>): string {
	const path = readEnvironment(machine).values.get('DATABASE_PATH');
	if (path !== undefined) return path;
	const [only, second] = listDatabases(machine) ?? [];
	return only !== undefined && second === undefined ? only : '/data/app_prod.db';
}

/** Whether a database is one that litestream.yml names, and that the app writes. */
export const isConfigured = (remote: Remote, database: string): boolean =>
	database === readDatabase(remote) && (listDatabases(remote.machine)?.includes(database) ?? true);

type Kinds = Readonly<Record<string, 'switch' | 'value'>>;

/** Parses options like Go's flag package: `-name value`, `-name=value`, and none after the first word that is not an option. */
export function readOptions(
	words: readonly string[],
	kinds: Kinds,
): {
	readonly flags: ReadonlyMap<string, string>;
	readonly rest: readonly string[];
	readonly problem: string | undefined;
} {
	const flags = new Map<string, string>();
	let at = 0;
	for (; words[at]?.startsWith('-'); at++) {
		const [, name = '', value] = /^--?([^=]+)(?:=(.*))?$/.exec(words[at] ?? '') ?? [];
		const kind = kinds[name];
		if (!kind) return {flags, rest: [], problem: `flag provided but not defined: -${name}\n`};
		if (kind === 'switch') flags.set(name, value ?? 'true');
		else {
			const provided = value ?? words[++at];
			if (provided === undefined) return {flags, rest: [], problem: `flag needs an argument: -${name}\n`};
			flags.set(name, provided);
		}
	}

	const rest = words.slice(at);
	return {flags, rest, problem: rest.length > 1 ? 'Error: too many arguments\n' : undefined};
}

export type Remote = {readonly world: World; readonly nowMs: number; readonly machine: Machine};

export type RemoteResult = {
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
	/** How long it took, in simulated milliseconds. */
	readonly ms: number;
};

export function succeed(stdout: string, ms = 50): RemoteResult {
	return {exitCode: 0, stdout, stderr: '', ms};
}

export function fail(exitCode: number, stderr: string, ms = 50): RemoteResult {
	return {exitCode, stdout: '', stderr, ms};
}
