import type {HealthFacts, Route} from './facts.ts';
import {qualify} from './names.ts';
import {joinPath, listPlugs} from './routes.ts';
import type {ElixirSource} from './source.ts';
import {isCall, nameOf, readCall, readString, readWords} from './syntax/calls.ts';
import {type ElixirNode, isOf, listNodes, shorten} from './syntax/tree.ts';
import {judgePlug} from './visitors.ts';

const healthNames =
	/(?:^|\/)(?:_?health\w*|healthz|health[-_]?check|up|ping|status|ready|alive|heartbeat)(?:\/(?:live|ready|check))?$/i;

/**
Chooses a path that answers 200 to anybody: made for it, else `/`, else one that only shows. Undefined where none is sure.
*/
export function chooseHealth(
	routes: readonly Route[],
	endpoints: readonly string[],
	source: ElixirSource,
): HealthFacts {
	const answered = findAnsweredPaths(endpoints, source)[0];
	if (answered !== undefined) return {path: answered, why: undefined};
	const [stop] = endpoints.flatMap(module => findEndpointStops(module, source));
	if (stop !== undefined)
		return {path: undefined, why: `${stop}, a plug of the endpoint, may redirect or stop every request.`};
	const home = routes.find(route => isRoot(route) && /^(?:get|live|match)$/.test(route.verb));
	const best =
		routes.find(route => healthNames.test(route.path) && isOpen(route)) ??
		routes.find(route => isRoot(route) && isOpen(route)) ??
		routes.find(route => isHarmless(route) && isOpen(route));
	const why = explain(home);
	if (best) return {path: isRoot(best) ? '/' : best.path, why: isRoot(best) ? undefined : why};
	return {
		path: undefined,
		why: `${why ?? 'The router has no route for /.'} No other path is known to answer 200.`,
	};
}

const isRoot = ({path}: Route): boolean => path === '/' || /^\/\*\w+$/.test(path);

/** What a route's own module says comes last: it may have to be read for it. */
const isOpen = (route: Route): boolean =>
	(route.verb === 'get' || route.verb === 'live') &&
	!route.hasParameters &&
	route.host === undefined &&
	route.holds === 'yes' &&
	route.stops.length === 0 &&
	route.answer === 'shows';

const plainNames =
	/(?:^|\/)(?:log[-_]?in|sign[-_]?(?:in|up)|register|about|contact|faq|help|imprint|legal|licen[cs]e|privacy|terms)$/i;

/** A check asks every few seconds: an action may do anything, a LiveView that everybody sees only shows. */
const isHarmless = ({verb, path}: Route): boolean => verb === 'live' || plainNames.test(path);

/** Says why `/` may not answer 200; `undefined` when it does, or when there is no such route. */
function explain(home: Route | undefined): string | undefined {
	if (!home) return undefined;
	const at = `/ (${home.file}:${home.line})`;
	if (home.stops.length > 0) return `${at} may be stopped by ${home.stops[0]}.`;
	if (home.host !== undefined) return `${at} is only for the host ${home.host}.`;
	if (home.answer === 'redirects') return `${at} redirects.`;
	if (home.answer === 'may redirect') return `${at} may redirect.`;
	return home.answer === 'unknown' ? `What ${at} answers cannot be told.` : undefined;
}

/** Finds paths that a plug of the endpoint answers before the router: a pattern on the request's path, or `at: "/up"`. */
function findAnsweredPaths(endpoints: readonly string[], source: ElixirSource): readonly string[] {
	return endpoints.flatMap(module => {
		const scope = source.findModule(module);
		if (!scope) return [];
		const plugged = listPlugs(scope, source)
			.filter(plug => isOf(plug, 'Alias', 'Dot', 'SpecialIdentifier'))
			.flatMap(plug => source.findModule(qualify(plug)) ?? []);
		return [scope, ...plugged].flatMap(listMatchedPaths).filter(path => healthNames.test(path));
	});
}

/** `case conn.request_path do "/up" -> …`, `case path_info do ["up"] -> …`, when that clause sends an answer. */
function readMatchedPath(clause: ElixirNode): readonly string[] {
	const call = clause.up?.up;
	const [head, body] = clause.kids;
	const [subject] = isCall(call) && nameOf(call) === 'case' ? readCall(call).args : [];
	const pattern = head?.kids.length === 1 ? head.kids[0] : undefined;
	if (!subject || !pattern || !body || !/(?:^|\.)(?:request_path|path_info)$/.test(shorten(subject)))
		return [];
	if (!listNodes(body).some(node => isCall(node) && /(?:^|\.)send_resp$/.test(nameOf(node)))) return [];
	return isOf(pattern, 'List') ? [joinPath(...readWords(pattern))] : [readString(pattern) ?? ''];
}

/** `%{request_path: "/up"}`, `%{path_info: ["up"]}` */
const listMatchedPaths = (scope: ElixirNode): readonly string[] =>
	listNodes(scope).flatMap(node => {
		const [key, value] = node.kids;
		if (isOf(node, 'StabClause')) return readMatchedPath(node);
		if (!isOf(node, 'Pair') || !/^(?:request_path|path_info):/.test(nameOf(key)) || !value) return [];
		if (isOf(value, 'List')) return [joinPath(...readWords(value))];
		return readString(value) ?? [];
	});

/** Returns the plugs of an endpoint that may redirect or stop a request before the router is asked. */
function findEndpointStops(module: string, source: ElixirSource): readonly string[] {
	const scope = source.findModule(module);
	if (!scope) return [];
	return listPlugs(scope, source)
		.filter(plug => !/^(?:Plug|Phoenix)\.|Router$/.test(shorten(plug)))
		.flatMap(plug =>
			/canonical|redirect/i.test(shorten(plug)) ? [shorten(plug)] : judgePlug(plug, {module, scope}, source),
		);
}
