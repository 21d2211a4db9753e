import type {FlyConfig} from '../fly-toml/config.ts';
import type {Dockerfile, Stage} from './dockerfile.ts';
import {type Instruction, readExecForm} from './instructions.ts';
import {splitWords} from './words.ts';

/** One ENTRYPOINT or CMD that counts. */
export type StartInstruction = {
	readonly instruction: Instruction;
	/** The stage that has it. */
	readonly stage: Stage;
	/** Those of the exec form; undefined for the shell form. */
	readonly words: readonly string[] | undefined;
};

/** What an image starts, as the Dockerfile says it. */
export type ImageStart = {
	readonly entrypoint: StartInstruction | undefined;
	readonly command: StartInstruction | undefined;
	/** The SHELL that a shell form would run in, when the Dockerfile sets one. */
	readonly shell: StartInstruction | undefined;
};

/** Finds the ENTRYPOINT and CMD that count. An ENTRYPOINT drops the CMD of the stages below it, not the one of its own stage. */
export function readImageStart({chain}: Pick<Dockerfile, 'chain'>): ImageStart {
	let start: ImageStart = {entrypoint: undefined, command: undefined, shell: undefined};
	for (const stage of chain) {
		const find = (name: string): StartInstruction | undefined => {
			const instruction = stage.instructions.findLast(({keyword}) => keyword === name);
			return instruction && {instruction, stage, words: readExecForm(instruction.text)};
		};
		const entrypoint = find('ENTRYPOINT');
		start = {
			entrypoint: entrypoint ?? start.entrypoint,
			command: find('CMD') ?? (entrypoint ? undefined : start.command),
			shell: find('SHELL') ?? start.shell,
		};
	}

	return start;
}

/** Returns the words of an ENTRYPOINT or CMD as they are run: the shell form runs in a shell. */
export const readStartWords = (
	start: StartInstruction | undefined,
	shell?: StartInstruction,
): readonly string[] =>
	start ? (start.words ?? [...(shell?.words ?? ['/bin/sh', '-c']), start.instruction.text]) : [];

export type Launch = {
	/** All of them, program first. */
	readonly words: readonly string[];
	/** What fly.toml puts in the place of the image's own. */
	readonly overrides: readonly ('exec' | 'entrypoint' | 'cmd' | 'processes')[];
	/** Names in `[processes]`; one group `app` where there are none. */
	readonly groups: readonly string[];
};

/**
Returns what a machine of the first process group runs: the image's words, and what fly.toml puts in their place.

@see https://fly.io/docs/reference/configuration/#the-experimental-section
*/
export function readLaunch(start: ImageStart, config: FlyConfig | undefined): Launch {
	const experimental = readTable(config?.experimental);
	const [exec, entrypoint, cmd] = ['exec', 'entrypoint', 'cmd'].map(name => readWords(experimental[name]));
	const [group] = Object.entries(config?.processes ?? {});
	const groups = Object.keys(config?.processes ?? {});
	const fromGroup = group ? splitWords(group[1]) : [];
	if (exec && exec.length > 0) return {words: exec, overrides: ['exec'], groups};
	const command = fromGroup.length > 0 ? fromGroup : (cmd ?? []);
	return {
		words: [
			...(entrypoint && entrypoint.length > 0 ? entrypoint : readStartWords(start.entrypoint, start.shell)),
			...(command.length > 0 ? command : readStartWords(start.command, start.shell)),
		],
		overrides: [
			...(entrypoint && entrypoint.length > 0 ? (['entrypoint'] as const) : []),
			...(fromGroup.length > 0 ? (['processes'] as const) : command.length > 0 ? (['cmd'] as const) : []),
		],
		groups,
	};
}

/** Returns a table of fly.toml; empty where there is none. */
export const readTable = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: {};

const readWords = (value: unknown): readonly string[] | undefined => {
	if (typeof value === 'string') return splitWords(value);
	return Array.isArray(value) ? value.map(String) : undefined;
};
