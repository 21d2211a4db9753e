import {parser} from 'lezer-elixir';
import {indexLines} from '../../text/lines.ts';
import type {ElixirFile, ElixirNode} from './tree.ts';

/** What limits the reading of a project's Elixir; long chains of `|>` take worse than quadratic time. */
export type ParseLimit = {
	/** Milliseconds since any moment. */
	readonly elapsed: () => number;
	/** Until when, on that clock. */
	readonly untilMs: number;
};

type Parsed = {readonly file: ElixirFile} | {readonly file: undefined; readonly why: string};

/** No person writes a file with more. */
const longestText = 400_000;
const longestMs = 1500;
const deepest = 600;

/** Parses a file; says why not where it is too large, too deep, or takes too long. Never throws. */
export function parseElixir(path: string, text: string, limit: ParseLimit): Parsed {
	if (text.length > longestText) return {file: undefined, why: 'it is too large'};
	const untilMs = Math.min(limit.untilMs, limit.elapsed() + longestMs);
	try {
		return {file: buildFile(path, text, parseRepaired(text, {...limit, untilMs}))};
	} catch (error) {
		// Thousands of open brackets overflow the stack in the parser.
		return {file: undefined, why: error instanceof TooSlow ? 'it takes too long' : 'it is nested too deeply'};
	}
}

type Tree = ReturnType<typeof parser.parse>;

class TooSlow extends Error {}

function parseWithin(text: string, {elapsed, untilMs}: ParseLimit): Tree {
	const parse = parser.startParse(text);
	for (;;) {
		const tree = parse.advance();
		if (tree) return tree;
		if (elapsed() > untilMs) throw new TooSlow();
	}
}

const mostRepairs = 8;

/**
Parses a text whose sigils the grammar would misread: it takes a word behind a sigil, as in `~w(a b) do`, for modifiers of it.
Such a sigil is parsed as a string of the same length, so that every position stays.
*/
function parseRepaired(source: string, limit: ParseLimit): Tree {
	let text = source;
	for (let round = 0; ; round += 1) {
		const tree = parseWithin(text, limit);
		const wrong = round < mostRepairs ? findWrongSigils(tree, text) : [];
		if (wrong.length === 0) return tree;
		text = blankSigils(text, wrong);
	}
}

type Range = {readonly from: number; readonly to: number};

function findWrongSigils(tree: Tree, text: string): readonly Range[] {
	const wrong: Range[] = [];
	if (!text.includes('~')) return wrong;
	tree.iterate({
		enter(found) {
			const {type, from, to} = found;
			if (type.name !== 'SigilModifiers' || to === from || !/\s/.test(text[from - 1] ?? '')) return;
			let end = from;
			while (/\s/.test(text[end - 1] ?? '')) end -= 1;
			const start = found.node.parent?.from ?? end;
			if (end - start >= 2 && start >= (wrong.at(-1)?.to ?? 0)) wrong.push({from: start, to: end});
		},
	});
	return wrong;
}

function blankSigils(text: string, ranges: readonly Range[]): string {
	let copied = 0;
	const parts = ranges.flatMap(({from, to}) => {
		const before = text.slice(copied, from);
		copied = to;
		return [before, '"', text.slice(from + 1, to - 1).replace(/[^\n]/g, '_'), '"'];
	});
	return parts.join('') + text.slice(copied);
}

type Draft = {-readonly [Key in keyof ElixirNode]: ElixirNode[Key]} & {readonly kids: Draft[]};

function buildFile(path: string, text: string, tree: Tree): ElixirFile {
	const nodes: Draft[] = [];
	const counted = {errors: 0};
	const file: ElixirFile = {
		path,
		text,
		nodes,
		get errors() {
			return counted.errors;
		},
		lineOf: indexLines(text),
	};
	const cursor = tree.cursor();
	let up: Draft | undefined;
	let depth = 0;
	for (;;) {
		const {name, from, to, type} = cursor;
		if (type.isError) counted.errors += 1;
		if (up && isOperator(name)) up.operator = text.slice(from, to).replace(/\s+/g, ' ');
		const draft = isKept(name)
			? {
					type: name,
					from,
					to,
					kids: [],
					up,
					file,
					operator: undefined,
					at: nodes.length,
					end: nodes.length + 1,
				}
			: undefined;
		if (draft) {
			nodes.push(draft);
			up?.kids.push(draft);
			if (cursor.firstChild()) {
				depth += 1;
				if (depth > deepest) throw new RangeError('too deep');
				up = draft;
				continue;
			}
		}

		while (!cursor.nextSibling()) {
			if (!cursor.parent()) return file;
			depth -= 1;
			if (up) up.end = nodes.length;
			up = up?.up as Draft | undefined;
		}
	}
}

/** Tokens, such as `do` and `(`, do not start with a capital letter. */
const isKept = (name: string): boolean => /^[A-Z⚠]/.test(name) && !isOperator(name) && name !== 'Comment';
const isOperator = (name: string): boolean => name === 'Operator' || name === 'WordOperator';
