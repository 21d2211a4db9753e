import {
	type Dockerfile,
	expand,
	type Instruction,
	readPairs,
	readWordList,
	type Stage,
} from './dockerfile.ts';

/** What a build sees: the folder it is sent, and what the caller set. */
export type BuildContext = {
	/** Returns the text of a file of the context; `undefined` where it is missing or ignored. */
	read(path: string): string | undefined;
	/** Whether a file or folder is sent with the context. */
	has(path: string): boolean;
	isFolder(path: string): boolean;
	readonly buildArguments: ReadonlyMap<string, string>;
};

/** An image, or a stage of one, as far as its Dockerfile tells. */
export type Image = {
	/** Of the base image that no stage made. */
	readonly base: string;
	readonly environment: ReadonlyMap<string, string>;
	readonly folder: string;
	readonly user: string;
	/** Undefined where the base image decides. */
	readonly entrypoint: readonly string[] | undefined;
	readonly command: readonly string[] | undefined;
	/** The latest last. */
	readonly copies: readonly Copy[];
	/** Commands of its RUN instructions, those of the stages below included. */
	readonly runs: readonly string[];
};

type Copy =
	| {
			readonly is: 'context';
			readonly source: string;
			readonly target: string;
			readonly isFolder: boolean;
	  }
	| {
			readonly is: 'image';
			readonly from: Image | undefined;
			readonly image: string;
			readonly source: string;
			readonly target: string;
	  }
	| {readonly is: 'text'; readonly text: string; readonly target: string};

/** A step of the build, as BuildKit counts them. */
export type BuildStep = {
	readonly stage: string;
	readonly number: number;
	readonly total: number;
	readonly instruction: Instruction;
	/** Its text, with the variables that BuildKit replaces. */
	readonly text: string;
	/** A source of COPY that the context lacks. */
	readonly missing: string | undefined;
};

export type Build =
	| {
			readonly ok: true;
			readonly steps: readonly BuildStep[];
			readonly image: Image;
			/** Images from registries, in order. */
			readonly bases: readonly string[];
	  }
	| {readonly ok: false; readonly problem: string};

/**
Goes through the stages that the image needs.

@param target - `build-target`; empty for the last stage.
*/
export function planBuild(dockerfile: Dockerfile, context: BuildContext, target: string): Build {
	if (!dockerfile.ok) return dockerfile;
	const {stages, globals} = dockerfile;
	const last = target === '' ? stages.at(-1) : findStage(stages, target.toLowerCase());
	if (!last) return {ok: false, problem: `target stage "${target}" could not be found`};
	const known = new Map<string, string>();
	for (const {text} of globals) defineArgument(text, known, context.buildArguments, new Map());
	const images = new Map<Stage, Image>();
	const steps: BuildStep[] = [];
	const bases = new Set<string>();
	const build = (stage: Stage): Image => {
		const done = images.get(stage);
		if (done) return done;
		const before = stages.slice(0, stages.indexOf(stage));
		const base = expand(stage.base, known);
		const parent = findStage(before, base.toLowerCase());
		if (!parent && base !== 'scratch') bases.add(base);
		const below = parent ? build(parent) : emptyImage(base);
		const fromOf = (name: string): Image | undefined => {
			const source = findStage(before, name.toLowerCase());
			if (!source) bases.add(name);
			return source && build(source);
		};
		for (const name of listMounted(stage)) fromOf(name);
		const {image, made} = evaluate(stage, below, {context, globals: known, fromOf});
		images.set(stage, image);
		const name = stage.hasName || stages.length > 1 ? stage.name : '';
		// A stage that begins with another one has no step for that.
		const all = [...(parent ? [] : [{instruction: stage.from, text: base, missing: undefined}]), ...made];
		steps.push(...all.map((step, at) => ({...step, stage: name, number: at + 1, total: all.length})));
		return image;
	};
	const image = build(last);
	return {ok: true, steps, image, bases: [...bases]};
}

const findStage = (stages: readonly Stage[], name: string): Stage | undefined =>
	stages.findLast(stage => stage.hasName && stage.name === name) ??
	(/^\d+$/.test(name) ? stages[Number(name)] : undefined);

const emptyImage = (base: string): Image => ({
	base,
	environment: new Map(),
	folder: '/',
	user: 'root',
	entrypoint: undefined,
	command: undefined,
	copies: [],
	runs: [],
});

const listMounted = ({instructions}: Stage): readonly string[] =>
	instructions.flatMap(({keyword, flags}) => {
		const [, name] = /(?:^|,)from=([^,]+)/.exec((keyword === 'RUN' && flags.get('mount')) || '') ?? [];
		return name === undefined ? [] : [name];
	});

/** Adds `NAME` or `NAME=default`; what the caller set wins, then the value from above the first stage. */
function defineArgument(
	text: string,
	values: Map<string, string>,
	given: ReadonlyMap<string, string>,
	globals: ReadonlyMap<string, string>,
): void {
	for (const word of text.match(/[\w.-]+(?:=(?:"[^"]*"|'[^']*'|\S)*)?/g) ?? []) {
		const [name = ''] = word.split('=');
		const own = word.includes('=') ? readPairs(word, values)[0]?.[1] : undefined;
		const value = given.get(name) ?? own ?? globals.get(name);
		if (value !== undefined) values.set(name, value);
	}
}

type Surroundings = {
	readonly context: BuildContext;
	readonly globals: ReadonlyMap<string, string>;
	fromOf(name: string): Image | undefined;
};

type MadeStep = Pick<BuildStep, 'instruction' | 'text' | 'missing'>;

function evaluate(
	{instructions}: Stage,
	below: Image,
	{context, globals, fromOf}: Surroundings,
): {readonly image: Image; readonly made: readonly MadeStep[]} {
	const values = new Map(below.environment);
	const environment = new Map(below.environment);
	const copies = [...below.copies];
	const runs = [...below.runs];
	const made: MadeStep[] = [];
	let {folder, user, entrypoint, command} = below;
	let shell: readonly string[] = ['/bin/sh', '-c'];
	let hasOwnCommand = false;
	const readWords = (text: string) => readWordList(text) ?? [...shell, text];
	for (const instruction of instructions) {
		const {keyword, flags} = instruction;
		const text = /^(?:COPY|ADD|WORKDIR|USER)$/.test(keyword)
			? expand(instruction.text, values)
			: instruction.text;
		switch (keyword) {
			case 'ARG':
				defineArgument(text, values, context.buildArguments, globals);
				break;
			case 'ENV':
				for (const [name, value] of readPairs(text, values)) {
					values.set(name, value);
					environment.set(name, value);
				}

				break;
			case 'SHELL':
				shell = readWordList(text) ?? shell;
				break;
			case 'USER':
				user = text;
				break;
			case 'WORKDIR':
				folder = resolvePath(folder, unquote(text));
				made.push({instruction, text, missing: undefined});
				break;
			case 'RUN':
				runs.push([text, ...instruction.heredocs].join('\n'));
				made.push({instruction, text, missing: undefined});
				break;
			case 'COPY':
			case 'ADD': {
				const from = flags.get('from');
				const image = from === undefined ? undefined : fromOf(expand(from, values));
				const added = listCopies({...instruction, text}, folder, context, from, image);
				copies.push(...added);
				const missing = added.find(copy => copy.is === 'context' && !context.has(copy.source));
				made.push({instruction, text, missing: missing?.is === 'context' ? missing.source : undefined});
				break;
			}
			case 'CMD':
				command = readWords(text);
				hasOwnCommand = true;
				break;
			case 'ENTRYPOINT':
				entrypoint = readWords(text);
				// It clears a command from below.
				if (!hasOwnCommand) command = undefined;
				break;
		}
	}

	return {
		image: {base: below.base, environment, folder, user, entrypoint, command, copies, runs},
		made,
	};
}

function listCopies(
	{text, heredocs}: Instruction,
	folder: string,
	context: BuildContext,
	from: string | undefined,
	image: Image | undefined,
): readonly Copy[] {
	const words = readWordList(text) ?? text.match(/"[^"]*"|\S+/g)?.map(unquote) ?? [];
	const written = words.at(-1) ?? '';
	const place = resolvePath(folder, written);
	const sources = words.slice(0, -1);
	let heredoc = 0;
	return sources.flatMap((source): readonly Copy[] => {
		const name = source.replace(/\/+$/, '').split('/').at(-1) ?? '';
		const isInside = /\/$|^\.$/.test(written) || sources.length > 1 || place === folder;
		const target = isInside ? resolvePath(place, name) : place;
		if (source.startsWith('<<')) return [{is: 'text', text: heredocs[heredoc++] ?? '', target}];
		if (from !== undefined) {
			const isFolder = /\/$|\/\.$/.test(source) || !name.includes('.');
			return [
				{
					is: 'image',
					from: image,
					image: from,
					source: resolvePath('/', source),
					target: isFolder && name !== 'litestream' ? place : target,
				},
			];
		}

		// A pattern may match nothing here, and an address is not in the context.
		if (/[*?[]|:\/\/|^git@/.test(source)) return [];
		const path = resolvePath('/', source).slice(1);
		const isFolder = path === '' || context.isFolder(path);
		return [{is: 'context', source: path, target: isFolder ? place : target, isFolder}];
	});
}

const unquote = (word: string): string => word.replace(/^(["'])(.*)\1$/, '$2');

/** Joins a path with another one, which may be absolute. */
export function resolvePath(folder: string, path: string): string {
	const parts: string[] = [];
	for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}

	return `/${parts.join('/')}`;
}

/**
Reads a file of an image, as far as its text comes from the project: copied, made by a heredoc, or an overlay of the
release.

@param path - Absolute.
*/
export function readImageFile(image: Image, context: BuildContext, path: string): string | undefined {
	for (const copy of image.copies.toReversed()) {
		const {target} = copy;
		if (path !== target && !path.startsWith(target === '/' ? '/' : `${target}/`)) continue;
		const rest = path.slice(target.length).replace(/^\//, '');
		if (copy.is === 'text') {
			if (rest === '') return copy.text;
		} else if (copy.is === 'context') {
			const source = [copy.source, rest].filter(part => part !== '').join('/');
			const text = rest === '' || copy.isFolder ? context.read(source) : undefined;
			if (text !== undefined) return text;
		} else {
			const isRelease = /(?:^|\/)rel(?:\/|$)/.test(copy.source);
			const text = isRelease
				? context.read(`rel/overlays/${rest}`)
				: copy.from && readImageFile(copy.from, context, resolvePath(copy.source, rest));
			if (text !== undefined) return text;
		}
	}

	return undefined;
}
