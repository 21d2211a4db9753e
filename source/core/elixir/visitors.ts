import {judgePlace} from './conditions.ts';
import type {Route} from './facts.ts';
import {findFunctions, qualify} from './names.ts';
import type {ElixirSource} from './source.ts';
import {isCall, nameOf, readCall, readWords} from './syntax/calls.ts';
import {type ElixirNode, isInside, isOf, listNodes, shorten, textOf} from './syntax/tree.ts';

/** Plugs and hooks of Phoenix and its generators that stop no anonymous visitor. */
const harmless =
	/^:?(?:accepts|fetch_\w+|put_\w+|protect_from_forgery|assign_\w+|mount_\w+|load_\w+|set_\w+|redirect_if_user\w*|redirect_if_authenticated)$/;

/** Where a plug is named: a router, a controller, or an endpoint. */
export type Owner = {readonly module: string; readonly scope: ElixirNode};

/** Returns a plug by name when it can halt the connection: by its code where that is at hand, else by its name. */
export function judgePlug(plug: ElixirNode | string, owner: Owner, source: ElixirSource): readonly string[] {
	const name = typeof plug === 'string' ? plug : shorten(plug);
	if (harmless.test(name)) return [];
	const isModule = typeof plug !== 'string' && isOf(plug, 'Alias', 'Dot', 'SpecialIdentifier');
	const bare = name.replace(/^:/, '');
	const target = isModule ? findPlugModule(plug, owner, source) : undefined;
	if (isModule && !target)
		return /auth/i.test(name) && !/Assent|Ueberauth$/.test(name) ? [`${name} (by its name)`] : [];
	const scope = target === undefined ? undefined : source.findModule(target);
	const clauses = isModule
		? scope
			? findFunctions(scope, 'call')
			: []
		: [...findFunctions(owner.scope, bare), ...findImported(owner.scope, bare, source)];
	if (clauses.length === 0) return isStoppingName(bare) ? [`${name} (by its name)`] : [];
	return clauses.some(clause => canHalt(clause, source)) ? [name] : [];
}

const isStoppingName = (name: string): boolean =>
	/auth|require|ensure|admin|login/i.test(name) && !/^(?:fetch|load|mount|put|maybe)/.test(name);

function findPlugModule(plug: ElixirNode, {module}: Owner, source: ElixirSource): string | undefined {
	const name = qualify(plug);
	return [name, `${module.split('.')[0]}.${name}`].find(each => source.hasModule(each));
}

const canHalt = (clause: ElixirNode, source: ElixirSource): boolean =>
	listReached(clause).some(
		call =>
			/(?:^|\.)(?:halt|basic_auth|request_basic_auth)$/.test(nameOf(call)) &&
			judgePlace(call, source) !== 'no',
	);

/** Lists the calls of a function, and of the functions of its file that it calls. */
function listReached(definition: ElixirNode): readonly ElixirNode[] {
	const own = listNodes(definition).filter(isCall);
	const root = definition.file.nodes[0];
	const names = new Set(own.map(nameOf).filter(name => !name.includes('.')));
	const others = root ? [...names].flatMap(name => findFunctions(root, name)) : [];
	return [
		...own,
		...others.filter(other => other !== definition).flatMap(other => listNodes(other).filter(isCall)),
	];
}

function findImported(scope: ElixirNode, name: string, source: ElixirSource): readonly ElixirNode[] {
	return listNodes(scope).flatMap(node => {
		if (!isCall(node) || nameOf(node) !== 'import') return [];
		const [given] = readCall(node).args;
		const module = given && source.findModule(qualify(given));
		return module ? findFunctions(module, name) : [];
	});
}

/** `on_mount: {Auth, :ensure_authenticated}` stops when that clause of `on_mount/4` halts. */
export function judgeHook(hook: ElixirNode, source: ElixirSource): readonly string[] {
	const [owner, label] = isOf(hook, 'Tuple') ? hook.kids : [hook];
	if (!owner || (label && harmless.test(textOf(label)))) return [];
	const scope = isOf(owner, 'Alias', 'Dot', 'SpecialIdentifier')
		? source.findModule(qualify(owner))
		: undefined;
	const clauses = (scope ? findFunctions(scope, 'on_mount') : []).filter(clause => {
		const head = readCall(clause).args[0];
		const first = head && isCall(head) ? readCall(head).args[0] : undefined;
		return !label || !isOf(first, 'Atom') || textOf(first) === textOf(label);
	});
	if (clauses.length === 0)
		return label && /ensure|require|auth|admin/.test(textOf(label)) ? [`${shorten(hook)} (by its name)`] : [];
	return clauses.some(haltsAtMount) ? [shorten(hook)] : [];
}

/** What `attach_hook` gets runs later. */
function haltsAtMount(clause: ElixirNode): boolean {
	const nodes = listNodes(clause);
	const later = nodes.filter(node => isCall(node) && nameOf(node).endsWith('attach_hook'));
	return nodes.some(
		node => isOf(node, 'Atom') && textOf(node) === ':halt' && !later.some(call => isInside(node, call)),
	);
}

const moving = /^(?:redirect|push_navigate|push_redirect|push_patch)$/;
const showing = /^(?:render|render_\w+|text|json|html|send_resp|send_file|resp|send_chunked|live_render)$/;

export type Target = {readonly verb: string; readonly module: string; readonly action: string | undefined};

/** Judges what a route answers: by the action of its controller, the `mount` of its LiveView, or the `call` of its plug. */
export function judgeAnswer({verb, module, action}: Target, source: ElixirSource): Route['answer'] {
	if (verb === 'forward' || verb === 'macro') return 'unknown';
	const scope = source.findModule(module);
	if (!scope) return /Redirect/.test(module) ? 'redirects' : 'unknown';
	if (verb === 'live') {
		const calls = ['mount', 'handle_params'].flatMap(name => findFunctions(scope, name)).flatMap(listReached);
		return calls.some(call => moving.test(lastOf(call))) ? 'may redirect' : 'shows';
	}
	const named = action === undefined ? [] : findFunctions(scope, action);
	const calls = (named.length > 0 ? named : findFunctions(scope, 'call')).flatMap(listReached);
	const moves = calls.some(call => moving.test(lastOf(call)));
	const shows = calls.some(call => showing.test(lastOf(call)) && !isFailure(call));
	if (moves) return shows ? 'may redirect' : 'redirects';
	return shows && !calls.some(isFailingStatus) ? 'shows' : 'unknown';
}

/** Returns what of a controller or LiveView itself may stop a visitor. */
export function listOwnStops({verb, module, action}: Target, source: ElixirSource): readonly string[] {
	const scope = source.findModule(module);
	if (!scope) return [];
	return listNodes(scope).flatMap(node => {
		if (!isCall(node) || !/^(?:plug|on_mount)$/.test(nameOf(node)) || judgePlace(node, source) === 'no')
			return [];
		const [first] = readCall(node).args;
		if (!first || isFunctionPart(node)) return [];
		if (nameOf(node) === 'on_mount') return verb === 'live' ? judgeHook(first, source) : [];
		return isForAction(node, action) ? judgePlug(first, {module, scope}, source) : [];
	});
}

function isFunctionPart(node: ElixirNode): boolean {
	for (let at = node.up; at; at = at.up) if (isOf(at, 'FunctionDefinitionCall')) return true;
	return false;
}

/** `plug :a when action in [:b]` */
function isForAction(plug: ElixirNode, action: string | undefined): boolean {
	const guard = /\bwhen\s+action\s+(not in|in|==|!=)\s*(.+)$/s.exec(textOf(plug).slice(0, 400));
	if (!guard || action === undefined) return true;
	const isNamed = new RegExp(`\\b${action}\\b`).test(guard[2] ?? '');
	return /^(?:in|==)$/.test(guard[1] ?? '') ? isNamed : !isNamed;
}

const lastOf = (call: ElixirNode): string => nameOf(call).split('.').at(-1) ?? '';

/** `send_resp(conn, 503, "")` */
function isFailure(call: ElixirNode): boolean {
	if (!/^(?:send_resp|resp|send_file|send_chunked)$/.test(lastOf(call))) return false;
	const status = readCall(call).args[1];
	return status !== undefined && isFailingCode(status);
}

/** `put_status(:not_found)` */
function isFailingStatus(call: ElixirNode): boolean {
	const status = lastOf(call) === 'put_status' ? readCall(call).args.at(-1) : undefined;
	return status !== undefined && isFailingCode(status);
}

const isFailingCode = (status: ElixirNode): boolean =>
	isOf(status, 'Integer')
		? !/^2\d\d$/.test(textOf(status))
		: isOf(status, 'Atom') && !/^(?:ok|created|accepted|no_content)$/.test(readWords(status)[0] ?? '');
