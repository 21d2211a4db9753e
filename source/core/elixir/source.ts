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
	/** mix.exs, `config/`, and the files of `lib/` whose text has something to look for. */
	readonly files: readonly ElixirFile[];
	/** All calls of these files. */
	readonly calls: readonly ElixirNode[];
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
	/\bSystem\.|Dotenvy|\benv!\(|\{:system\b|Ecto\.Migrator|\buse [\w.]*Repo\b|:router\b|\buse [\w.]*(?:Router|Endpoint)\b|use Application\b|\bFile\.(?:write|cp|copy|rename|mkdir|stream)/;

/** Opens the Elixir files among the texts of a project. */
export function openElixir(
	all: ReadonlyMap<string, string>,
	{
		mixEnv,
		isStartedByMix,
		limit,
	}: Pick<ElixirSource, 'mixEnv' | 'isStartedByMix'> & {readonly limit: ParseLimit},
): ElixirSource {
	const texts = new Map([...all].filter(([path]) => isElixir(path)));
	const parsed = new Map<string, ElixirFile | undefined>();
	const problems = new Map<string, string>();
	const read = (path: string): ElixirFile | undefined => {
		if (parsed.has(path)) return parsed.get(path);
		const result = parseElixir(path, texts.get(path) ?? '', limit);
		parsed.set(path, result.file);
		if (!result.file) problems.set(path, result.why);
		else if (result.file.errors > 0) problems.set(path, 'a part of it could not be parsed');
		return result.file;
	};
	const isWanted = ([path, text]: readonly [string, string]) =>
		!path.includes('lib/') || (!isMixTask(path) && watched.test(text));
	const files = [...texts].filter(isWanted).flatMap(([path]) => read(path) ?? []);
	const modules = findModules(texts);
	return {
		mixEnv,
		isStartedByMix,
		texts,
		files,
		calls: files.flatMap(file => indexFile(file).calls),
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

/** What is looked up in a file again and again, by name, in the order of the file. */
export type FileIndex = {
	readonly calls: readonly ElixirNode[];
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
	const [calls, attributes] = [[] as ElixirNode[], new Map<string, ElixirNode>()];
	const [definitions, bindings, identifiers] = [1, 2, 3].map(() => new Map<string, ElixirNode[]>());
	const [aliases, modules] = [new Map<string, string>(), new Map<string, ElixirNode>()];
	const add = (map: Map<string, ElixirNode[]> | undefined, name: string, node: ElixirNode) => {
		const list = map?.get(name);
		if (list) list.push(node);
		else map?.set(name, [node]);
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
		calls.push(node);
		if (isOf(node, 'FunctionDefinitionCall')) add(definitions, nameOf(readHead(node)), node);
		else if (nameOf(node) === 'defmodule') modules.set(findModuleAround(node), node);
		else if (nameOf(node) === 'alias') readAlias(node, aliases);
	}
	return {
		calls,
		definitions: definitions ?? new Map(),
		bindings: bindings ?? new Map(),
		attributes,
		identifiers: identifiers ?? new Map(),
		aliases,
		modules,
	};
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
