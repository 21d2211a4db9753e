/** One node of an Elixir file. Tokens such as `do` and brackets are left out. */
export type ElixirNode = {
	/** The grammar's name: `Call`, `Alias`, `String`, … */
	readonly type: string;
	readonly from: number;
	readonly to: number;
	readonly kids: readonly ElixirNode[];
	readonly up: ElixirNode | undefined;
	readonly file: ElixirFile;
	/** Of an operator's node, such as `||`. */
	readonly operator: string | undefined;
	/** Its place in `file.nodes`, and the one behind its last descendant. */
	readonly at: number;
	readonly end: number;
};

export type ElixirFile = {
	readonly path: string;
	readonly text: string;
	/** From the root on, each before its kids. */
	readonly nodes: readonly ElixirNode[];
	/** Places that the grammar does not understand. */
	readonly errors: number;
	/** The line of a position, counted from 1. */
	lineOf(index: number): number;
};

export const textOf = ({file, from, to}: ElixirNode): string => file.text.slice(from, to);

/** One line of what is written, for a person. */
export const shorten = (node: ElixirNode, longest = 160): string =>
	textOf(node).slice(0, 2000).replace(/\s+/g, ' ').slice(0, longest);

export const placeOf = ({file, from}: ElixirNode) => ({path: file.path, line: file.lineOf(from)});

export const isOf = <Type extends string>(
	node: ElixirNode | undefined,
	...types: readonly Type[]
): node is ElixirNode & {readonly type: Type} => node !== undefined && types.some(type => type === node.type);

/** Lists a node and all nodes in it, each before its kids. */
export const listNodes = ({file, at, end}: ElixirNode): readonly ElixirNode[] => file.nodes.slice(at, end);

export const isInside = (node: ElixirNode, scope: ElixirNode): boolean =>
	node.file === scope.file && node.at >= scope.at && node.at < scope.end;
