/** A value of a YAML file, with the line it is on, counted from 1. */
export type YamlNode =
	| {readonly is: 'map'; readonly line: number; readonly entries: ReadonlyMap<string, YamlNode>}
	| {readonly is: 'list'; readonly line: number; readonly items: readonly YamlNode[]}
	| {readonly is: 'text'; readonly line: number; readonly text: string};

export type YamlReading =
	| {readonly ok: true; readonly node: YamlNode | undefined}
	| {readonly ok: false; readonly line: number; readonly problem: string};

type Line = {readonly indent: number; readonly text: string; readonly line: number};

class Unreadable extends Error {
	readonly line: number;

	constructor(line: number, problem: string) {
		super(problem);
		this.line = line;
	}
}

/**
Reads the YAML that configuration files of one page are written in: maps and lists by indentation, quoted and plain text, comments, `{…}` and
`[…]` on one line. What it does not know (anchors, tags, text over several lines, several documents) it refuses instead of guessing.
*/
export function readYaml(source: string): YamlReading {
	try {
		const lines = splitLines(source);
		const [first] = lines;
		if (!first) return {ok: true, node: undefined};
		const {node, next} = readBlock(lines, 0, first.indent);
		const rest = lines[next];
		if (rest) throw new Unreadable(rest.line, 'this line is indented unlike those around it');
		return {ok: true, node};
	} catch (error) {
		if (!(error instanceof Unreadable)) throw error;
		return {ok: false, line: error.line, problem: error.message};
	}
}

function splitLines(source: string): readonly Line[] {
	return source.split(/\r?\n/).flatMap((whole, index): readonly Line[] => {
		const line = index + 1;
		const text = stripComment(whole).trimEnd();
		if (text.trim() === '' || (text === '---' && index === 0)) return [];
		if (/^(?:---|\.\.\.)/.test(text)) throw new Unreadable(line, 'only one YAML document can be read');
		const indent = text.search(/\S/);
		if (text.slice(0, indent).includes('\t')) throw new Unreadable(line, 'YAML is not indented with tabs');
		return [{indent, text: text.trim(), line}];
	});
}

/** A `#` begins a comment at the start and after white space, outside quotes. */
function stripComment(text: string): string {
	let quote = '';
	for (let at = 0; at < text.length; at++) {
		const character = text.charAt(at);
		const before = at === 0 ? ' ' : text.charAt(at - 1);
		if (quote !== '') {
			if (character === '\\' && quote === '"') at++;
			else if (character === quote) quote = '';
		} else if (/["']/.test(character) && /[\s:[{,]/.test(before)) quote = character;
		else if (character === '#' && /\s/.test(before)) return text.slice(0, at);
	}

	return text;
}

type Block = {readonly node: YamlNode; readonly next: number};

function readBlock(lines: readonly Line[], at: number, indent: number): Block {
	return isItem(lines[at]?.text ?? '') ? readList(lines, at, indent) : readMap(lines, at, indent);
}

const isItem = (text: string) => text === '-' || text.startsWith('- ');

function readList(lines: readonly Line[], start: number, indent: number): Block {
	const items: YamlNode[] = [];
	let at = start;
	for (let now = lines[at]; now?.indent === indent && isItem(now.text); now = lines[at]) {
		const content = now.text.slice(1).trimStart();
		// What stands after the dash is a block of its own, indented to where it begins.
		const inner = indent + now.text.length - content.length;
		const own = [
			...lines.slice(0, at),
			{indent: inner, text: content, line: now.line},
			...lines.slice(at + 1),
		];
		const {node, next} =
			content === ''
				? readNested(lines, at, indent, now)
				: isEntry(content) || isItem(content)
					? readBlock(own, at, inner)
					: {node: readInline(content, now.line), next: at + 1};
		items.push(node);
		at = next;
	}

	return {node: {is: 'list', line: lines[start]?.line ?? 0, items}, next: at};
}

const entryPattern = /^("(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\s"'[\]{}#&*!|>%@`,][^:]*?)\s*:(?:\s+(.*))?$/;
const isEntry = (text: string) => entryPattern.test(text);

function readMap(lines: readonly Line[], start: number, indent: number): Block {
	const entries = new Map<string, YamlNode>();
	let at = start;
	for (let now = lines[at]; now?.indent === indent && !isItem(now.text); now = lines[at]) {
		const [, rawKey, value = ''] = entryPattern.exec(now.text) ?? [];
		if (rawKey === undefined) throw new Unreadable(now.line, 'this is not `name: value`');
		const key = unquote(rawKey, now.line);
		if (entries.has(key)) throw new Unreadable(now.line, `${key} is there twice`);
		if (value === '') {
			const {node, next} = readNested(lines, at, indent, now);
			entries.set(key, node);
			at = next;
		} else {
			entries.set(key, readInline(value, now.line));
			at++;
		}
	}

	const after = lines[at];
	if (after && after.indent > indent)
		throw new Unreadable(after.line, 'this line is indented unlike those around it');
	return {node: {is: 'map', line: lines[start]?.line ?? 0, entries}, next: at};
}

/** What is indented below a key or a dash; a list may also stand right below its key. */
function readNested(lines: readonly Line[], at: number, indent: number, {line, text}: Line): Block {
	const below = lines[at + 1];
	const isNested =
		below && (below.indent > indent || (below.indent === indent && isItem(below.text) && !isItem(text)));
	return isNested
		? readBlock(lines, at + 1, below.indent)
		: {node: {is: 'text', line, text: ''}, next: at + 1};
}

function readInline(text: string, line: number): YamlNode {
	if (/^[&*!|>%@`]/.test(text))
		throw new Unreadable(line, `phxfly cannot read what begins with ${text.charAt(0)} here`);
	if (text.startsWith('{')) {
		const entries = splitFlow(text, '}', line).map((part): [string, YamlNode] => {
			const [, key, value = ''] = entryPattern.exec(part) ?? [];
			if (key === undefined) throw new Unreadable(line, 'this is not `name: value`');
			return [unquote(key, line), readInline(value, line)];
		});
		return {is: 'map', line, entries: new Map(entries)};
	}

	if (text.startsWith('[')) {
		return {is: 'list', line, items: splitFlow(text, ']', line).map(part => readInline(part, line))};
	}

	return {is: 'text', line, text: unquote(text, line)};
}

/** The parts between commas, inner brackets and quotes left whole. */
function splitFlow(text: string, close: string, line: number): readonly string[] {
	if (!text.endsWith(close))
		throw new Unreadable(line, `the ${close} that ends this is not on the same line`);
	const parts =
		text.slice(1, -1).match(/(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|\{[^}]*\}|\[[^\]]*\]|[^,])+/g) ?? [];
	return parts.map(part => part.trim()).filter(part => part !== '');
}

function unquote(text: string, line: number): string {
	if (text.startsWith("'")) {
		const [, inner] = /^'((?:''|[^'])*)'$/.exec(text) ?? [];
		if (inner === undefined) throw new Unreadable(line, 'a quote is left open');
		return inner.replaceAll("''", "'");
	}

	if (!text.startsWith('"')) return text;
	const [, inner] = /^"((?:\\.|[^"\\])*)"$/.exec(text) ?? [];
	if (inner === undefined) throw new Unreadable(line, 'a quote is left open');
	return inner.replaceAll(/\\(.)/g, (_, character: string) =>
		character === 'n' ? '\n' : character === 't' ? '\t' : character,
	);
}
