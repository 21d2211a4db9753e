import {type Instruction, listInstructions, readExecForm, type Unreadable} from './instructions.ts';
import {expandArguments, splitWords} from './words.ts';

export type Stage = {
	/** As written behind AS, in small letters; undefined without one. */
	readonly name: string | undefined;
	/** The image or the stage that it begins with; ARGs above the first FROM are filled in. */
	readonly base: string;
	/** The index of the stage it begins with; undefined for an image. */
	readonly parent: number | undefined;
	readonly from: Instruction;
	/** Those behind its FROM. */
	readonly instructions: readonly Instruction[];
};

/** An app's own Dockerfile. */
export type Dockerfile = {
	/** From the project's folder, with `/`. */
	readonly path: string;
	readonly text: string;
	readonly instructions: readonly Instruction[];
	readonly stages: readonly Stage[];
	/** The stage that becomes the image, and those it begins with, this one last; empty for one that cannot be read. */
	readonly chain: readonly Stage[];
	/** The first thing that cannot be read for sure. What else is here is then no proof of anything. */
	readonly unreadable: Unreadable | undefined;
	/** Sources of COPY and ADD that come from the build context, as written, without a trailing slash. */
	readonly copies: readonly string[];
	/** The ENTRYPOINT and CMD of the last stage. */
	readonly starts: string;
	readonly hasLitestream: boolean;
};

type BuildOptions = {
	/** `[build] build-target` of fly.toml. */
	readonly buildTarget?: string | undefined;
	/** `[build.args]` of fly.toml. */
	readonly buildArguments?: ReadonlyMap<string, string>;
};

export function readDockerfile(path: string, text: string, options: BuildOptions = {}): Dockerfile {
	const {instructions, unreadable} = listInstructions(text);
	const stages = readStages(instructions, options.buildArguments ?? new Map());
	const {buildTarget} = options;
	const final = buildTarget === undefined ? stages.length - 1 : findStage(stages, buildTarget);
	const chain = readChain(stages, final);
	const starts = (chain.at(-1)?.instructions ?? []).filter(({keyword}) =>
		/^(?:ENTRYPOINT|CMD)$/.test(keyword),
	);
	const noTarget =
		chain.length === 0 && unreadable === undefined
			? {line: 1, why: `it has no stage ${buildTarget}, which [build] build-target names`}
			: undefined;
	return {
		path,
		text,
		instructions,
		stages,
		chain,
		unreadable: unreadable ?? noTarget,
		copies: instructions.flatMap(readSources),
		starts: starts.map(({keyword, text: words}) => `${keyword} ${words}`).join('\n'),
		hasLitestream: instructions.some(({text: words}) => /litestream/i.test(words)),
	};
}

function readStages(
	instructions: readonly Instruction[],
	given: ReadonlyMap<string, string>,
): readonly Stage[] {
	const globals = new Map<string, string>();
	const stages: (Stage & {instructions: Instruction[]})[] = [];
	for (const instruction of instructions) {
		const stage = stages.at(-1);
		if (instruction.keyword === 'FROM') {
			const words = splitWords(instruction.text).filter(word => !word.startsWith('--'));
			const base = expandArguments(words[0] ?? '', globals);
			const name = /^as$/i.test(words[1] ?? '') ? words[2]?.toLowerCase() : undefined;
			const parent = stages.findLastIndex(({name: earlier}) => earlier === base.toLowerCase());
			stages.push({
				name,
				base,
				parent: parent === -1 ? undefined : parent,
				from: instruction,
				instructions: [],
			});
		} else if (stage) {
			stage.instructions.push(instruction);
		} else if (instruction.keyword === 'ARG') {
			for (const [name, value] of readPairs(instruction.text)) {
				const set = given.get(name) ?? (value === undefined ? undefined : expandArguments(value, globals));
				if (set !== undefined) globals.set(name, set);
			}
		}
	}

	return stages;
}

/** A target is a name, or the number of a stage. */
function findStage(stages: readonly Stage[], target: string): number {
	const named = stages.findLastIndex(({name}) => name === target.toLowerCase());
	if (named !== -1) return named;
	return /^\d+$/.test(target) && Number(target) < stages.length ? Number(target) : -1;
}

function readChain(stages: readonly Stage[], final: number): readonly Stage[] {
	const chain: Stage[] = [];
	for (let at: number | undefined = final; at !== undefined; ) {
		const stage: Stage | undefined = stages[at];
		if (!stage) break;
		chain.unshift(stage);
		at = stage.parent;
	}

	return chain;
}

/** Reads `A=1 B="two words"`, and the old `A two words` of ENV. */
export function readPairs(text: string): ReadonlyMap<string, string | undefined> {
	const words = splitWords(text);
	const [first = '', ...rest] = words;
	if (!first.includes('=') && rest.length > 0 && !rest[0]?.includes('=')) {
		return new Map([[first, text.slice(text.indexOf(first) + first.length).trim()]]);
	}

	return new Map(
		words.map(word => {
			const at = word.indexOf('=');
			return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
		}),
	);
}

export type Copy = {
	/** The stage or image of `--from`; undefined for the build context. */
	readonly from: string | undefined;
	readonly sources: readonly string[];
	readonly destination: string;
};

/** Reads a COPY or ADD; `undefined` for any other instruction. */
export function readCopy({keyword, text}: Instruction): Copy | undefined {
	if (keyword !== 'COPY' && keyword !== 'ADD') return undefined;
	const [, flags = '', rest = ''] = /^((?:--[\w-]+(?:=\S*)?\s+)*)([\s\S]*)$/.exec(text) ?? [];
	const words = readExecForm(rest) ?? splitWords(rest);
	return {
		from: /--from=(\S+)/.exec(flags)?.[1],
		sources: words.slice(0, -1),
		destination: words.at(-1) ?? '',
	};
}

function readSources(instruction: Instruction): readonly string[] {
	const copy = readCopy(instruction);
	if (!copy || copy.from !== undefined) return [];
	return copy.sources
		.filter(word => !word.includes('://') && !word.startsWith('<<'))
		.map(word => cleanSource(word) || '.');
}

const cleanSource = (source: string): string =>
	source
		.replace(/^\.\/(?=.)/, '')
		.replace(/^\//, '')
		.replace(/(?<=.)\/+$/, '');

/** Returns whether the image contains `file`: copied by name, or with a folder around it. */
export const isCopied = ({copies}: Pick<Dockerfile, 'copies'>, file: string): boolean =>
	copies.some(source => source === file || source === '.' || file.startsWith(`${source}/`));
