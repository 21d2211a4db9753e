import {Composer, CST, type ErrorCode, isMap, isScalar, isSeq, LineCounter, Parser} from 'yaml';
import {deepestLevel, isReservedKey} from '../text/structure.ts';

/** A value of a YAML file, with the line it is on, counted from 1. */
export type YamlNode =
	| {readonly is: 'map'; readonly line: number; readonly entries: ReadonlyMap<string, YamlNode>}
	| {readonly is: 'list'; readonly line: number; readonly items: readonly YamlNode[]}
	| {readonly is: 'text'; readonly line: number; readonly text: string};

export type YamlReading =
	| {readonly ok: true; readonly node: YamlNode | undefined}
	| {readonly ok: false; readonly line: number; readonly problem: string};

/** No person writes a longer configuration. */
const longestText = 16 * 1024;

/** Own messages, since those of the package quote the file, which may contain a key. */
const problems: Partial<Record<ErrorCode, string>> = {
	BAD_INDENT: 'this line has another indent than those around it',
	DUPLICATE_KEY: 'this name appears twice',
	MISSING_CHAR: 'this is not `name: value`, or a quote, bracket or comma is missing',
	TAB_AS_INDENT: 'YAML does not allow tabs as indent',
};

class Unreadable extends Error {
	readonly offset: number;

	constructor(offset: number, problem: string) {
		super(problem);
		this.offset = offset;
	}
}

/**
Reads the YAML of a configuration file, every value as text. Rejects anchors, aliases, tags, and several documents, which a
short configuration does not need.
*/
export function readYaml(source: string): YamlReading {
	const lines = new LineCounter();
	const lineAt = (offset: number) => lines.linePos(offset).line || 1;
	try {
		return {ok: true, node: readDocument(source, lines.addNewLine, lineAt)};
	} catch (error) {
		if (!(error instanceof Unreadable)) throw error;
		return {ok: false, line: lineAt(error.offset), problem: error.message};
	}
}

type LineAt = (offset: number) => number;

function readDocument(source: string, onNewLine: LineCounter['addNewLine'], lineAt: LineAt) {
	if (source.length > longestText) throw new Unreadable(0, 'it is too long');
	const tokens = [...new Parser(onNewLine).parse(source)];
	for (const token of tokens) if (token.type === 'document') rejectUnsupported(token);
	const composer = new Composer({schema: 'failsafe', prettyErrors: false});
	const [document, second] = [...composer.compose(tokens)];
	if (second) throw new Unreadable(second.range[0], 'phxfly supports only one YAML document');
	const [error] = document?.errors ?? [];
	if (error) throw new Unreadable(error.pos[0], problems[error.code] ?? 'this is not YAML');
	return document?.contents ? readNode(document.contents, 0, lineAt) : undefined;
}

/** Runs before the composer, which recurses once per level: V8 cannot always recover from a full stack. */
function rejectUnsupported(document: CST.Document): void {
	CST.visit(document, ({start, key, sep = [], value}, path) => {
		const tokens = [...start, key, ...sep, value].filter(token => token != null);
		if (path.length > deepestLevel) {
			throw new Unreadable(tokens[0]?.offset ?? 0, 'it is nested too deeply');
		}

		for (const token of tokens) {
			if (token.type === 'anchor' || token.type === 'alias' || token.type === 'tag') {
				const sign = token.source.charAt(0);
				throw new Unreadable(token.offset, `phxfly does not support ${sign} here`);
			}
		}
	});
}

/** @param parent - The offset of its key, for a missing value. */
function readNode(node: unknown, parent: number, lineAt: LineAt): YamlNode {
	if (!isScalar(node) && !isMap(node) && !isSeq(node)) return {is: 'text', line: lineAt(parent), text: ''};
	const offset = node.range?.[0] ?? parent;
	const line = lineAt(offset);
	if (isSeq(node)) return {is: 'list', line, items: node.items.map(item => readNode(item, offset, lineAt))};
	if (isScalar(node)) {
		const text = String(node.value ?? '');
		return {is: 'text', line: text === '' ? lineAt(parent) : line, text};
	}

	const entries = node.items.map(({key, value}): [string, YamlNode] => {
		if (!isScalar(key)) throw new Unreadable(offset, 'this is not `name: value`');
		const name = String(key.value ?? '');
		if (isReservedKey(name)) throw new Unreadable(key.range?.[0] ?? offset, `a key cannot be named ${name}`);
		return [name, readNode(value, key.range?.[0] ?? offset, lineAt)];
	});
	return {is: 'map', line, entries: new Map(entries)};
}
