import {type ElixirNode, isOf, textOf} from './tree.ts';

export type ElixirCall = {
	/** `f` or `A.B.f`, as written. */
	readonly name: string;
	/** With what is piped into it; without keywords and block. */
	readonly args: readonly ElixirNode[];
	readonly keywords: ReadonlyMap<string, ElixirNode>;
	readonly block: ElixirNode | undefined;
};

export const isCall = (node: ElixirNode | undefined) =>
	isOf(node, 'Call', 'KernelCall', 'FunctionDefinitionCall');

/** Returns `f` or `A.B.f`: of a call, or of what is one without arguments. */
export function nameOf(node: ElixirNode | undefined): string {
	if (node === undefined) return '';
	if (isCall(node) || isOf(node, 'Right')) return nameOf(node.kids[0]);
	if (isOf(node, 'Dot')) return node.kids.map(nameOf).join('.');
	return textOf(node).slice(0, 200).trim();
}

export const isUse = (name: string): boolean => name === 'use';

/** Reads a call: `f(a, b: 1) do … end`, `x |> f(a)`, `plug :a when action in [:b]`. */
export function readCall(node: ElixirNode): ElixirCall {
	const list = node.kids.find(({type}) => type === 'Arguments')?.kids ?? [];
	const plain = list.filter(({type}) => type !== 'Keywords');
	const piped = findPiped(node);
	// The last argument is inside the guard.
	const args = plain.map(arg => (isOf(arg, 'WhenOperator') ? (arg.kids[0] ?? arg) : arg));
	const last = list.at(-1);
	const guarded = isOf(last, 'WhenOperator')
		? last.kids[1]?.kids.find(({type}) => type === 'Keywords')
		: undefined;
	return {
		name: nameOf(node),
		args: piped ? [piped, ...args] : args,
		keywords: readKeywords(list.find(({type}) => type === 'Keywords') ?? guarded),
		block: node.kids.find(({type}) => type === 'DoBlock'),
	};
}

function findPiped(node: ElixirNode): ElixirNode | undefined {
	if (!isOf(node.up, 'Right', 'PipeOperator')) return undefined;
	const steps = listSteps(findPipe(node));
	return steps[steps.indexOf(node) - 1];
}

/** Returns the whole pipe that a node is a step of. */
export function findPipe(node: ElixirNode): ElixirNode {
	let top = node;
	while (isOf(top.up, 'PipeOperator') || (isOf(top.up, 'Right') && isOf(top.up.up, 'PipeOperator')))
		top = top.up;
	return top;
}

/** Returns `a`, `b`, and `c` of `a |> b |> c`, which nests to the right in this grammar. */
export const listSteps = (node: ElixirNode): readonly ElixirNode[] =>
	isOf(node, 'PipeOperator', 'Right') ? node.kids.flatMap(listSteps) : [node];

/** Reads `a: 1`, `[a: 1]`, `%{a: 1}`, and `{:a, 1}` in a list. */
export function readKeywords(node: ElixirNode | undefined): ReadonlyMap<string, ElixirNode> {
	const pairs = new Map<string, ElixirNode>();
	if (!node) return pairs;
	const parts = isOf(node, 'List', 'Map')
		? node.kids.flatMap(kid => (isOf(kid, 'MapContent') ? kid.kids : [kid]))
		: [node];
	for (const part of parts) {
		const [key, value] = part.kids;
		if (isOf(part, 'Tuple') && part.kids.length === 2 && isOf(key, 'Atom') && value)
			pairs.set(textOf(key).slice(1), value);
		if (!isOf(part, 'Keywords')) continue;
		for (const {kids} of part.kids) {
			if (kids[0] && kids[1]) pairs.set(textOf(kids[0]).replace(/^"|"?:\s*$/g, ''), kids[1]);
		}
	}
	return pairs;
}

/** Returns the text of a string, sigil, or heredoc without interpolation; `undefined` for anything else. */
export function readString(node: ElixirNode | undefined): string | undefined {
	if (!isOf(node, 'String', 'Charlist', 'Sigil', 'StringSigil')) return undefined;
	if (node.kids.some(({type}) => type === 'Interpolation')) return undefined;
	return textOf(node)
		.replace(/^~[A-Za-z]+/, '')
		.replace(/^(?:"""|'''|["'([{</|])\n?/, '')
		.replace(/(?:"""|'''|["')\]}>/|])[a-z]*$/, '');
}

/** Returns the words of `~w(a b)`, `[:a, :b]`, `["a"]`, or a single one. */
export function readWords(node: ElixirNode | undefined): readonly string[] {
	if (node === undefined) return [];
	const read = (one: ElixirNode) => readString(one) ?? textOf(one).replace(/^:/, '');
	if (isOf(node, 'List')) return node.kids.map(read);
	return read(node).split(/\s+/).filter(Boolean);
}

/** Returns a text, number, boolean, atom, or nil, as text. */
export function readLiteral(node: ElixirNode | undefined): string | undefined {
	if (isOf(node, 'Boolean', 'Nil', 'Integer', 'Float', 'Atom')) return textOf(node);
	return readString(node);
}
