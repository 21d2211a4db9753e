import {asTable} from '../config/config.ts';
import type {Machine, World} from '../world/world.ts';

/** DATABASE_PATH on the machine. */
export const readDatabase = ({machine}: Pick<Remote, 'machine'>): string =>
	String(asTable(machine.config.env).DATABASE_PATH ?? '/data/app_prod.db');

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
