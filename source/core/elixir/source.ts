import {isCall, nameOf, readCall} from './syntax/calls.ts';
import {type ParseLimit, parseElixir} from './syntax/parse.ts';
import {type ElixirFile, type ElixirNode, isOf, textOf} from './syntax/tree.ts';

/** A project's Elixir: its files are parsed when they are first asked for. */
export type ElixirSource = {
	readonly mixEnv: string;
	/** A release evaluates config.exs in the build, `mix phx.server` on the machine. */
	readonly isStartedByMix: boolean;
	/** Texts by path: mix.exs, `config/`, and `lib/`, of the apps of an umbrella too. */
	readonly texts: ReadonlyMap<string, string>;
	/** mix.exs, `config/`, and the files of `lib/` whose text reads the environment, or starts or serves something. */
	readonly files: readonly ElixirFile[];
	/** Returns mix.exs, `config/`, and the files of `lib/` whose text matches. */
	readFiles(pattern: RegExp): readonly ElixirFile[];
	/** Finds the calls of some functions, named `f` or `A.B.f` as written; in `files` if no others are given. */
	findCalls(isWanted: (name: string) => boolean, files?: readonly ElixirFile[]): readonly ElixirNode[];
	/** Returns the `defmodule` of one of the project's modules. */
	findModule(name: string): ElixirNode | undefined;
	hasModule(name: string): boolean;
	/** Returns the text of the file that defines a module; empty for a foreign one. */
	readModuleText(name: string): string;
	/** Files that were asked for and could not be read whole, with why. */
	listUnread(): readonly {readonly path: string; readonly why: string}[];
};

const isElixir = (path: string): boolean =>
	/^(?:apps\/[^/]+\/)?(?:mix\.exs|config\/.*\.exs|lib\/.*\.ex)$/.test(path);

export const isConfig = (path: string): boolean => /(?:^|\/)config\/.*\.exs$/.test(path);
export const isMixTask = (path: string): boolean => /(?:^|\/)lib\/mix\//.test(path);

/** What a file of `lib/` must have to be parsed before something leads to it. */
const watched =
	/\bSystem\.(?:get|fetch)_env|Dotenvy|\benv!\(|\{:system\b|Ecto\.Migrator|\buse [\w.]*Repo\b|:router\b|\buse [\w.]*(?:Router|Endpoint)\b|use Application\b/;

/** All files of a project take no longer; what is left then counts as not read. */
const longestMs = 8000;

/** Opens the Elixir files among the texts of a project. */
export function openElixir(
	all: ReadonlyMap<string, string>,
	{
		mixEnv,
		isStartedByMix,
		elapsed,
	}: Pick<ElixirSource, 'mixEnv' | 'isStartedByMix'> & Pick<ParseLimit, 'elapsed'>,
): ElixirSource {
	const texts = new Map([...all].filter(([path]) => isElixir(path)));
	const parsed = new Map<string, ElixirFile | undefined>();
	const problems = new Map<string, string>();
	let spentMs = 0;
	const read = (path: string): ElixirFile | undefined => {
		if (parsed.has(path)) return parsed.get(path);
		const startedAtMs = elapsed();
		const limit = {elapsed, untilMs: startedAtMs + longestMs - spentMs};
		const result = parseElixir(path, texts.get(path) ?? '', limit);
		spentMs += elapsed() - startedAtMs;
		parsed.set(path, result.file);
		if (!result.file) problems.set(path, result.why);
		else if (result.file.errors > 0) problems.set(path, 'a part of it could not be parsed');
		return result.file;
	};
	const readFiles = (pattern: RegExp) =>
		[...texts]
			.filter(([path, text]) => !path.includes('lib/') || (!isMixTask(path) && pattern.test(text)))
			.flatMap(([path]) => read(path) ?? []);
	const watchedFiles = readFiles(watched);
	const modules = findModules(texts);
	return {
		mixEnv,
		isStartedByMix,
		texts,
		files: watchedFiles,
		readFiles,
		findCalls: (isWanted, files = watchedFiles) => files.flatMap(file => findCallsOf(file, isWanted)),
		findModule(name) {
			const path = modules.get(name);
			const file = path === undefined ? undefined : read(path);
			return file && indexFile(file).modules.get(name);
		},
		hasModule: name => modules.has(name),
		readModuleText: name => texts.get(modules.get(name) ?? '') ?? '',
		listUnread: () => [...problems].map(([path, why]) => ({path, why})),
	};
}

/** Finds the path of each module by the text alone; nested ones by their indentation. */
function findModules(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
	const modules = new Map<string, string>();
	for (const [path, text] of texts) {
		const around: {readonly indent: number; readonly name: string}[] = [];
		for (const [, space = '', own = ''] of text.matchAll(/^([ \t]*)defmodule[ \t(]+([\w.]+)/gm)) {
			while ((around.at(-1)?.indent ?? -1) >= space.length) around.pop();
			const name = [...around.slice(-1).map(outer => outer.name), own].join('.');
			around.push({indent: space.length, name});
			if (!modules.has(name)) modules.set(name, path);
		}
	}
	return modules;
}

/** In the order of the file. */
const findCallsOf = (file: ElixirFile, isWanted: (name: string) => boolean): readonly ElixirNode[] =>
	[...indexFile(file).calls]
		.flatMap(([name, calls]) => (isWanted(name) ? calls : []))
		.sort((left, right) => left.at - right.at);

/** What is looked up in a file again and again, by name, in the order of the file. */
export type FileIndex = {
	readonly calls: ReadonlyMap<string, readonly ElixirNode[]>;
	/** `def name(…)`, private ones and macros too. */
	readonly definitions: ReadonlyMap<string, readonly ElixirNode[]>;
	/** `name = …` */
	readonly bindings: ReadonlyMap<string, readonly ElixirNode[]>;
	/** The value of `@name value`. */
	readonly attributes: ReadonlyMap<string, ElixirNode>;
	/** Each place of a variable's name. */
	readonly identifiers: ReadonlyMap<string, readonly ElixirNode[]>;
	/** The full name behind `alias`. */
	readonly aliases: ReadonlyMap<string, string>;
	readonly modules: ReadonlyMap<string, ElixirNode>;
};

const indexes = new WeakMap<ElixirFile, FileIndex>();

export function indexFile(file: ElixirFile): FileIndex {
	const known = indexes.get(file);
	if (known) return known;
	const index = buildIndex(file);
	indexes.set(file, index);
	return index;
}

function buildIndex(file: ElixirFile): FileIndex {
	const [attributes, modules] = [new Map<string, ElixirNode>(), new Map<string, ElixirNode>()];
	const [calls, definitions] = [new Map<string, ElixirNode[]>(), new Map<string, ElixirNode[]>()];
	const [bindings, identifiers] = [new Map<string, ElixirNode[]>(), new Map<string, ElixirNode[]>()];
	const aliases = new Map<string, string>();
	const add = (map: Map<string, ElixirNode[]>, name: string, node: ElixirNode) => {
		const list = map.get(name);
		if (list) list.push(node);
		else map.set(name, [node]);
	};
	for (const node of file.nodes) {
		const [first, second] = node.kids;
		if (node.type === 'Identifier') add(identifiers, textOf(node), node);
		if (isOf(node, 'BinaryOperator') && node.operator === '=' && isOf(first, 'Identifier') && second)
			add(bindings, textOf(first), node);
		if (isOf(node, 'AtOperator') && isCall(first)) {
			const [value] = readCall(first).args;
			if (value && !attributes.has(nameOf(first))) attributes.set(nameOf(first), value);
		}
		if (!isCall(node)) continue;
		const name = nameOf(node);
		add(calls, name, node);
		if (isOf(node, 'FunctionDefinitionCall')) add(definitions, nameOf(readHead(node)), node);
		else if (name === 'defmodule') modules.set(findModuleAround(node), node);
		else if (name === 'alias') readAlias(node, aliases);
	}
	return {calls, definitions, bindings, attributes, identifiers, aliases, modules};
}

/** Returns `f(a)` of `def f(a) when …`. */
export function readHead(definition: ElixirNode): ElixirNode | undefined {
	let head = readCall(definition).args[0];
	while (isOf(head, 'WhenOperator')) head = head.kids[0];
	return head;
}

/** `alias A.B`, `alias A.{B, C}`, `alias A.B, as: C` */
function readAlias(call: ElixirNode, aliases: Map<string, string>): void {
	const {args, keywords} = readCall(call);
	const given = args[0];
	if (!given) return;
	const many = isOf(given, 'Dot') ? given.kids[1]?.kids[0] : undefined;
	const targets = isOf(many, 'Tuple')
		? many.kids.map(kid => `${nameOf(given.kids[0])}.${nameOf(kid)}`)
		: [nameOf(given)];
	for (const target of targets) {
		const whole = target.replace('__MODULE__', findModuleAround(call));
		aliases.set(keywords.has('as') ? nameOf(keywords.get('as')) : (whole.split('.').at(-1) ?? ''), whole);
	}
}

/** Returns the full name of the module around a node, or that a `defmodule` defines; empty outside of any. */
export function findModuleAround(node: ElixirNode): string {
	const names: string[] = [];
	for (let at: ElixirNode | undefined = node; at; at = at.up) {
		if (isCall(at) && nameOf(at) === 'defmodule') names.unshift(nameOf(readCall(at).args[0]));
	}
	return names.join('.');
}
