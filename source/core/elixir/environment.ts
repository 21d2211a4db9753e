import {findDoubt, judgePlace} from './conditions.ts';
import type {EnvironmentRead, Place} from './facts.ts';
import {findFunctionAround, resolve, splitName} from './names.ts';
import {judgeNeed, type Need, raises} from './need.ts';
import {type ConfigFiles, findConfigPhase} from './settings.ts';
import {type ElixirSource, findModuleAround, isConfig, isMixTask, readHead} from './source.ts';
import type {Boot} from './supervision.ts';
import {isCall, nameOf, readCall, readLiteral, readString, readWords} from './syntax/calls.ts';
import {type ElixirNode, isOf, placeOf, textOf} from './syntax/tree.ts';

/** One place that reads a variable: `given` is the expression of its name. */
type Read = {readonly node: ElixirNode; readonly given: ElixirNode | string; readonly need: Need};

/** A function that hands one of its parameters to System. */
type Wrapper = {
	/** Empty for an anonymous function. */
	readonly module: string;
	/** Which parameter is the name, and which one the default. */
	readonly nameAt: number;
	readonly defaultAt: number | undefined;
	readonly need: Need;
	/** Where it reads the variable by its parameter. */
	readonly node: ElixirNode;
};

type Wrappers = ReadonlyMap<string, Wrapper>;

/** Finds each place that reads the environment, and those whose name cannot be told. */
export function readEnvironment(
	source: ElixirSource,
	config: ConfigFiles,
	boot: Boot,
): {readonly environment: readonly EnvironmentRead[]; readonly unnamedReads: readonly Place[]} {
	const wrappers = findWrappers(source);
	const inWrappers = new Set([...wrappers.values()].map(({node}) => node));
	const reads = [
		...source
			.findCalls(name => reading.test(name) || wrappers.has(lastPart(name)))
			.flatMap(call => (inWrappers.has(call) ? [] : (readReadingCall(call, wrappers, source) ?? []))),
		...source.files.flatMap(file => file.nodes.flatMap(node => readOther(node, source))),
	];
	const [environment, unnamedReads]: [EnvironmentRead[], Place[]] = [[], []];
	for (const {node, given, need} of reads) {
		const names = typeof given === 'string' ? [given] : listNames(given, source);
		const holds = judgeFile(node, config, source);
		if (!names && holds !== 'no') unnamedReads.push(placeOf(node));
		for (const name of (names ?? []).filter(isVariableName)) {
			environment.push({
				...placeOf(node),
				name,
				need: need.is,
				fallback: need.is === 'default' ? readLiteral(resolve(need.value, source)) : undefined,
				phase: findPhase(node, source, config, boot),
				holds,
				condition: holds === 'maybe' ? findDoubt(node, source) : undefined,
			});
		}
	}
	return {environment, unnamedReads};
}

function judgeFile(node: ElixirNode, config: ConfigFiles, source: ElixirSource) {
	const {path} = node.file;
	if ((isConfig(path) && !config.isEvaluated(path)) || isMixTask(path)) return 'no';
	return judgePlace(node, source);
}

function findPhase(
	node: ElixirNode,
	source: ElixirSource,
	config: ConfigFiles,
	boot: Boot,
): EnvironmentRead['phase'] {
	const {path} = node.file;
	if (isConfig(path)) return findConfigPhase(path, source);
	const definition = findFunctionAround(node);
	if (path.endsWith('mix.exs') || !definition) return 'build';
	if (boot.functions.has(definition) || config.bootModules.has(findModuleAround(node))) return 'boot';
	const isRepo =
		nameOf(readHead(definition)) === 'init' &&
		boot.children.some(({module}) => module === findModuleAround(node));
	return isRepo ? 'boot' : 'request';
}

const isVariableName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

/** Returns the names that an expression stands for: one, or those of the list in `for name <- ~w(A B)`. */
function listNames(given: ElixirNode, source: ElixirSource): readonly string[] | undefined {
	const literal = readString(resolve(given, source));
	if (literal !== undefined) return [literal];
	if (!isOf(given, 'Identifier')) return undefined;
	for (let at = given.up; at; at = at.up) {
		if (!isCall(at) || nameOf(at) !== 'for') continue;
		const generator = readCall(at).args.find(
			arg => arg.operator === '<-' && arg.kids[0] && textOf(arg.kids[0]) === textOf(given),
		);
		const list = generator?.kids[1] && resolve(generator.kids[1], source);
		const isPlain =
			(list && /^~[wW]/.test(textOf(list))) ||
			(isOf(list, 'List') && list.kids.every(kid => readString(kid) !== undefined));
		return isPlain ? readWords(list) : undefined;
	}
	return undefined;
}

const required: Need = {is: 'required'};
const isRaising = (name: string): boolean => name.endsWith('!');
const isSystem = (name: string): boolean => /^System\.(?:get_env|fetch_env!?)$/.test(name);
const reading = /^(?:System\.(?:get_env|fetch_env!?)|Map\.(?:fetch!|get)|Access\.get|(?:Dotenvy\.)?env!)$/;
/** `f` of `A.f`. */
const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1) || name;
const isWholeEnvironment = (node: ElixirNode | undefined, source: ElixirSource): boolean => {
	const call = node && resolve(node, source);
	return isCall(call) && nameOf(call) === 'System.get_env' && readCall(call).args.length === 0;
};

/** Reads a call that reads a variable; `undefined` for any other. */
function readReadingCall(call: ElixirNode, wrappers: Wrappers, source: ElixirSource): Read | undefined {
	const {name, args, keywords} = readCall(call);
	const [first, second, third] = args;
	if (isSystem(name)) {
		if (!first) return undefined;
		return {node: call, given: first, need: isRaising(name) ? required : judgeNeed(call, second, source)};
	}
	if (/^(?:Map\.(?:fetch!|get)|Access\.get)$/.test(name) && second && isWholeEnvironment(first, source))
		return {node: call, given: second, need: isRaising(name) ? required : judgeNeed(call, third, source)};
	if (/^(?:Dotenvy\.)?env!$/.test(name) && first && call.file.text.includes('Dotenvy'))
		return {node: call, given: first, need: third ? {is: 'default', value: third} : required};
	const wrapper = wrappers.get(lastPart(name));
	if (!wrapper || !isCallOf(call, wrapper)) return undefined;
	const given = args[wrapper.nameAt];
	if (!given || !/^[A-Za-z_]\w*$/.test(readString(given) ?? '')) return undefined;
	const other = wrapper.defaultAt === undefined ? undefined : args[wrapper.defaultAt];
	const value = other && readString(other) !== '' && !isOf(other, 'Nil') ? other : keywords.get('default');
	return {node: call, given, need: value ? {is: 'default', value} : wrapper.need};
}

function isCallOf(call: ElixirNode, {module}: Wrapper): boolean {
	const target = splitName(call).module;
	return target === '' || target === module || module.endsWith(`.${target}`);
}

/** `{:system, "X"}`, `System.get_env()["X"]`, and `{System.get_env("X")}` in a template, which is one token here. */
function readOther(node: ElixirNode, source: ElixirSource): readonly Read[] {
	if (!isOf(node, 'Tuple', 'AccessCall', 'Sigil')) return [];
	const [first, second, third] = node.kids;
	if (isOf(node, 'Tuple') && isOf(first, 'Atom') && second && textOf(first) === ':system') {
		const name = readString(second);
		const need: Need = third && !isOf(third, 'Nil') ? {is: 'default', value: third} : {is: 'optional'};
		return name === undefined ? [] : [{node, given: name, need}];
	}
	if (isOf(node, 'AccessCall') && second && isWholeEnvironment(first, source))
		return [{node, given: second, need: judgeNeed(node, undefined, source)}];
	if (!isOf(node, 'Sigil') || !/^~[HE]/.test(textOf(node))) return [];
	return [...textOf(node).matchAll(/\bSystem\.(get_env|fetch_env!)\("(\w+)"/g)].map(
		([, call, name = '']) => ({
			node,
			given: name,
			need: call === 'fetch_env!' ? required : {is: 'optional'},
		}),
	);
}

const mostRounds = 4;

/** Finds the project's own functions that read a variable by a parameter, those that call such a function too. */
function findWrappers(source: ElixirSource): Wrappers {
	const wrappers = new Map<string, Wrapper>();
	for (let round = 0; round < mostRounds; round += 1) {
		const before = wrappers.size;
		for (const call of source.findCalls(name => isSystem(name) || wrappers.has(lastPart(name)))) {
			const inner = isSystem(nameOf(call)) ? undefined : wrappers.get(lastPart(nameOf(call)));
			const found = readWrapper(call, inner, source);
			if (found && !wrappers.has(found.name)) wrappers.set(found.name, found.wrapper);
		}
		if (wrappers.size === before) break;
	}
	return wrappers;
}

function readWrapper(call: ElixirNode, inner: Wrapper | undefined, source: ElixirSource) {
	const {name, args} = readCall(call);
	const variable = args[inner?.nameAt ?? 0];
	if (!isOf(variable, 'Identifier')) return undefined;
	const owner = findOwner(variable);
	const nameAt = owner ? owner.parameters.indexOf(textOf(variable)) : -1;
	if (!owner || nameAt === -1) return undefined;
	const second = inner ? undefined : args[1];
	const judged = isRaising(name) && !inner ? required : (inner?.need ?? judgeNeed(call, second, source));
	const isParameter = judged.is === 'default' && owner.parameters.includes(textOf(judged.value));
	const need: Need = isParameter ? {is: 'optional'} : judged;
	const doesRaise = need.is === 'optional' && raises(owner.node, source);
	const wrapper: Wrapper = {
		module: owner.isAnonymous ? '' : findModuleAround(call),
		nameAt,
		defaultAt: findDefault(
			owner.parameters,
			isParameter && judged.is === 'default' ? judged.value : undefined,
		),
		need: doesRaise ? required : need,
		node: call,
	};
	return {name: owner.name, wrapper};
}

/** The parameter of the default: the one that is handed on, else one that is named so. */
function findDefault(parameters: readonly string[], value: ElixirNode | undefined): number | undefined {
	const at = value
		? parameters.indexOf(textOf(value))
		: parameters.findIndex(name => /default|fallback/.test(name));
	return at === -1 ? undefined : at;
}

/** Returns the function whose code a node is in, with its parameters: `def f(a)`, or `f = fn a -> … end`. */
function findOwner(node: ElixirNode) {
	for (let at: ElixirNode | undefined = node.up; at; at = at.up) {
		if (isOf(at, 'AnonymousFunction') && isOf(at.up, 'BinaryOperator') && at.up.operator === '=') {
			const parameters = at.kids[0]?.kids[0]?.kids ?? [];
			return {
				node: at,
				name: nameOf(at.up.kids[0]),
				parameters: parameters.map(readParameter),
				isAnonymous: true,
			};
		}
		if (!isOf(at, 'FunctionDefinitionCall')) continue;
		const head = readHead(at);
		if (!isCall(head)) return undefined;
		return {
			node: at,
			name: nameOf(head),
			parameters: readCall(head).args.map(readParameter),
			isAnonymous: false,
		};
	}
	return undefined;
}

/** `a`, or `a \\ nil` */
const readParameter = (node: ElixirNode): string =>
	nameOf(isOf(node, 'BinaryOperator') ? node.kids[0] : node);
