import {judgePlace} from './conditions.ts';
import type {Route} from './facts.ts';
import {qualify} from './names.ts';
import {type ElixirSource, findModuleAround, isMixTask} from './source.ts';
import {isCall, isUse, nameOf, readCall, readString, readWords} from './syntax/calls.ts';
import {type ElixirNode, isInside, isOf, listNodes, placeOf, shorten, textOf} from './syntax/tree.ts';
import {judgeAnswer, judgeHook, judgePlug, listOwnStops, type Owner} from './visitors.ts';

const verbs: ReadonlySet<string> = new Set([
	...['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'match', 'live', 'forward'],
	...['resources', 'resource'],
]);

type Plug = ElixirNode | string;

/** What the scopes around a route say. */
type Context = {
	readonly prefix: string;
	readonly alias: string;
	readonly pipes: readonly Plug[];
	readonly hooks: readonly ElixirNode[];
	readonly host: string | undefined;
	/** Of a router that forwards to this one. */
	readonly stops: readonly string[];
};

type Router = Owner & {
	readonly source: ElixirSource;
	readonly pipelines: ReadonlyMap<string, readonly ElixirNode[]>;
	readonly routes: Route[];
	readonly seen: ReadonlySet<string>;
};

/** Lists the routes of the routers that an endpoint plugs; of all routers where none is plugged by name. */
export function readRoutes(source: ElixirSource): readonly Route[] {
	const routers = findRouters(source);
	const plugged = source
		.findCalls(name => name === 'plug')
		.flatMap(call => readCall(call).args.filter(arg => isOf(arg, 'Alias', 'Dot')))
		.map(qualify);
	const isPlugged = (router: string) => plugged.includes(router);
	const chosen = routers.some(isPlugged) ? routers.filter(isPlugged) : routers;
	const routes: Route[] = [];
	const empty = {prefix: '', alias: '', pipes: [], hooks: [], host: undefined, stops: []};
	for (const module of chosen) readRouter(module, empty, {source, routes, seen: new Set()});
	return routes;
}

/** `use MyAppWeb, :router`, or `use Phoenix.Router` */
function findRouters(source: ElixirSource): readonly string[] {
	return source.findCalls(isUse).flatMap(use => {
		if (isMixTask(use.file.path)) return [];
		const [used, which] = readCall(use).args;
		if (!used || !(nameOf(used) === 'Phoenix.Router' || (which && textOf(which) === ':router'))) return [];
		const module = findModuleAround(use);
		// `quote do use Phoenix.Router end` in a helper is not a router.
		const isQuoted = !isOf(use.up, 'DoBlock') || !isCall(use.up.up) || nameOf(use.up.up) !== 'defmodule';
		return isQuoted || source.findModule(module) === undefined ? [] : [module];
	});
}

function readRouter(
	module: string,
	context: Context,
	{source, routes, seen}: Pick<Router, 'source' | 'routes' | 'seen'>,
): void {
	const scope = source.findModule(module);
	if (!scope || seen.has(module)) return;
	const pipelines = new Map<string, readonly ElixirNode[]>();
	for (const node of listNodes(scope)) {
		if (!isCall(node) || nameOf(node) !== 'pipeline') continue;
		const plugs = listNodes(node).filter(
			kid => isCall(kid) && nameOf(kid) === 'plug' && judgePlace(kid, source) !== 'no',
		);
		pipelines.set(
			readWords(readCall(node).args[0])[0] ?? '',
			plugs.flatMap(plug => readCall(plug).args[0] ?? []),
		);
	}
	const block = readCall(scope).block;
	const router = {module, scope, source, routes, pipelines, seen: new Set([...seen, module])};
	if (block) readScope(block, context, router);
}

function readScope(block: ElixirNode, outer: Context, router: Router): void {
	let context = outer;
	for (const node of block.kids.flatMap(flatten)) {
		if (!isCall(node) || judgePlace(node, router.source) === 'no') continue;
		const {name, args, keywords, block: inner} = readCall(node);
		const literal = readString(args[0]);
		if (name === 'pipe_through') {
			context = {...context, pipes: [...context.pipes, ...readWords(args[0])]};
		} else if (name === 'scope' && inner) {
			readScope(inner, enterScope(node, context), router);
		} else if (name.endsWith('live_session') && inner) {
			const given = keywords.get('on_mount');
			const hooks = isOf(given, 'List') ? given.kids : given ? [given] : [];
			readScope(inner, {...context, hooks: [...context.hooks, ...hooks]}, router);
		} else if (verbs.has(name) || (literal?.startsWith('/') && !inner)) {
			addRoute(node, context, router);
		} else if (inner && !/^(?:pipeline|def|defp|defmacro|defmodule|quote)$/.test(name)) {
			readScope(inner, context, router);
		}
	}
}

/** `if` opens no scope: what is in it counts where it is. */
function flatten(node: ElixirNode): readonly ElixirNode[] {
	if (isOf(node, 'ElseBlock')) return node.kids.flatMap(flatten);
	if (!isCall(node) || !/^(?:if|unless)$/.test(nameOf(node))) return [node];
	const {block, keywords} = readCall(node);
	return [
		...(block?.kids ?? []),
		...(['do', 'else'] as const).flatMap(key => keywords.get(key) ?? []),
	].flatMap(flatten);
}

function enterScope(node: ElixirNode, context: Context): Context {
	const {args, keywords} = readCall(node);
	const prefix = readString(args[0]) ?? readString(keywords.get('path')) ?? '';
	const alias = args.find(arg => isOf(arg, 'Alias', 'Dot')) ?? keywords.get('alias');
	const host = keywords.get('host');
	const isComputed = isOf(args[0], 'String') && readString(args[0]) === undefined;
	return {
		...context,
		stops: isComputed ? [...context.stops, 'a prefix that only running the code tells'] : context.stops,
		prefix: joinPath(context.prefix, prefix),
		host: host ? shorten(host) : context.host,
		alias: isOf(alias, 'Alias', 'Dot') ? joinName(context.alias, qualify(alias)) : context.alias,
	};
}

export const joinPath = (...parts: readonly string[]): string =>
	`/${parts.flatMap(part => part.split('/').filter(Boolean)).join('/')}`;

const joinName = (...parts: readonly string[]): string => parts.filter(Boolean).join('.');

function addRoute(node: ElixirNode, context: Context, router: Router): void {
	const {source, routes} = router;
	const {name, args} = readCall(node);
	const [first, second, third] = name === 'match' ? args.slice(1) : args;
	const written = readString(first);
	if (written === undefined) return;
	const path = joinPath(context.prefix, written);
	const verb = verbs.has(name) ? name : 'macro';
	const module = isOf(second, 'Alias', 'Dot', 'SpecialIdentifier') ? findTarget(second, context, source) : '';
	const action = isOf(third, 'Atom') ? textOf(third).slice(1) : undefined;
	const target = {verb, module, action};
	const plugs = context.pipes.flatMap((pipe): readonly Plug[] =>
		typeof pipe === 'string' ? (router.pipelines.get(pipe) ?? [pipe]) : [pipe],
	);
	const findStops = () => [
		...new Set([
			...context.stops,
			...plugs.flatMap(plug => judgePlug(plug, router, source)),
			...(verb === 'live' ? context.hooks.flatMap(hook => judgeHook(hook, source)) : []),
			...(verb === 'get' || verb === 'live' ? listOwnStops(target, source) : []),
		]),
	];
	if (verb === 'forward' && findRouters(source).includes(module)) {
		const stops = findStops();
		readRouter(module, {...context, prefix: path, alias: '', pipes: [], hooks: [], stops}, router);
		return;
	}
	const place = placeOf(node);
	let stops: Route['stops'] | undefined;
	let answer: Route['answer'] | undefined;
	routes.push({
		file: place.path,
		line: place.line,
		verb,
		path,
		hasParameters: /\/:|\/\*|[^/]:/.test(path.replace(/^\/\*\w+$/, '/')),
		// These two read the module of the route, which takes most of the time of a large project.
		get stops() {
			stops ??= findStops();
			return stops;
		},
		get answer() {
			answer ??= judgeAnswer(target, source);
			return answer;
		},
		host: context.host,
		holds: judgePlace(node, source),
	});
}

/** The alias of the scopes is put before the name, unless the name says a module already. */
function findTarget(node: ElixirNode, {alias}: Context, source: ElixirSource): string {
	const name = qualify(node);
	return [joinName(alias, name), name].find(each => source.hasModule(each)) ?? joinName(alias, name);
}

/** Lists the plugs of a module outside of its functions. */
export const listPlugs = (scope: ElixirNode, source: ElixirSource): readonly ElixirNode[] =>
	listNodes(scope)
		.filter(node => isCall(node) && nameOf(node) === 'plug' && judgePlace(node, source) !== 'no')
		.filter(node => isInside(node, scope))
		.flatMap(node => readCall(node).args[0] ?? []);
