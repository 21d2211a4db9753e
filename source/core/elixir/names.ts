import {type ElixirSource, findModuleAround, indexFile} from './source.ts';
import {isCall, nameOf, readCall} from './syntax/calls.ts';
import {type ElixirNode, isInside, isOf, textOf} from './syntax/tree.ts';

/** Returns the full name of a module as a file names it: `Endpoint` after `alias A.Endpoint`, `__MODULE__` in A. */
export function qualify(node: ElixirNode): string {
	const name = nameOf(node);
	if (name.startsWith('__MODULE__')) return name.replace('__MODULE__', findModuleAround(node));
	const [first = '', ...rest] = name.split('.');
	const whole = indexFile(node.file).aliases.get(first);
	return whole === undefined ? name : [whole, ...rest].join('.');
}

/** Splits `A.B.f` into the module, in full, and the function; the module is empty for `f`. */
export function splitName(call: ElixirNode): {readonly module: string; readonly name: string} {
	const target = call.kids[0];
	if (!isOf(target, 'Dot')) return {module: '', name: nameOf(call)};
	const parts = qualify(target).split('.');
	return {module: parts.slice(0, -1).join('.'), name: parts.at(-1) ?? ''};
}

/** Finds the clauses of a function in a module or file, private ones too. */
export const findFunctions = (scope: ElixirNode, name: string): readonly ElixirNode[] =>
	(indexFile(scope.file).definitions.get(name) ?? []).filter(definition => isInside(definition, scope));

/** Returns the expressions of a function's body. */
function readBody(definition: ElixirNode): readonly ElixirNode[] {
	const {keywords, block} = readCall(definition);
	if (block) return block.kids;
	const short = keywords.get('do');
	return short ? [short] : [];
}

export function findFunctionAround(node: ElixirNode): ElixirNode | undefined {
	for (let at = node.up; at; at = at.up) if (isOf(at, 'FunctionDefinitionCall')) return at;
	return undefined;
}

/** The function or the file around a node: where its variables live. */
export const findScope = (node: ElixirNode): ElixirNode =>
	findFunctionAround(node) ?? node.file.nodes[0] ?? node;

const deepestLookup = 5;

/** Follows a variable, an attribute, or a function without arguments to what it stands for, where that is written once. */
export function resolve(node: ElixirNode, source: ElixirSource, depth = 0): ElixirNode {
	const next = depth > deepestLookup ? undefined : findMeaning(node, source);
	return next && next !== node ? resolve(next, source, depth + 1) : node;
}

function findMeaning(node: ElixirNode, source: ElixirSource): ElixirNode | undefined {
	if (isOf(node, 'AtOperator')) return indexFile(node.file).attributes.get(nameOf(node.kids[0]));
	if (isOf(node, 'Identifier')) return findBinding(node) ?? findConstant(node.file.nodes[0], textOf(node));
	if (!isCall(node) || readCall(node).args.length > 0) return undefined;
	if (isOf(node.kids[0], 'Identifier')) return findConstant(node.file.nodes[0], nameOf(node));
	if (!isOf(node.kids[0], 'Dot')) return undefined;
	const {module, name} = splitName(node);
	return findConstant(source.findModule(module), name);
}

/** Finds the value of a function without branches. */
function findConstant(scope: ElixirNode | undefined, name: string): ElixirNode | undefined {
	if (!scope) return undefined;
	const [first, ...more] = findFunctions(scope, name);
	const body = first && more.length === 0 ? readBody(first) : [];
	return body.length === 1 ? body[0] : undefined;
}

/** Finds the last `name = …` before a use of it, in the same function or file. */
function findBinding(use: ElixirNode): ElixirNode | undefined {
	const scope = findScope(use);
	const all = indexFile(use.file).bindings.get(textOf(use)) ?? [];
	let [low, high] = [0, all.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((all[middle]?.at ?? 0) < use.at) low = middle + 1;
		else high = middle;
	}
	for (let index = low - 1; index >= 0; index -= 1) {
		const binding = all[index];
		if (!binding || binding.at < scope.at) return undefined;
		if (binding.to <= use.from && isVisible(binding, use)) return binding.kids[1];
	}
	return undefined;
}

/** A variable of one function is not seen by code outside of it. */
const isVisible = (binding: ElixirNode, use: ElixirNode): boolean =>
	findFunctionAround(binding) === findFunctionAround(use);
