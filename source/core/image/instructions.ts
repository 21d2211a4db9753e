/** One instruction of a Dockerfile. */
export type Instruction = {
	/** In capitals. */
	readonly keyword: string;
	/** Of its first and its last line, counted from 1; a heredoc belongs to its instruction. */
	readonly line: number;
	readonly endLine: number;
	/** In UTF-16 code units; the last line's end is outside. */
	readonly offset: number;
	readonly endOffset: number;
	/** Where the text behind the keyword begins in the file. */
	readonly textOffset: number;
	/** What is behind the keyword, in one line: continued lines joined, comments and empty lines between them dropped. */
	readonly text: string;
};

/** A line that cannot be read for sure, counted from 1, and why, as a clause. */
export type Unreadable = {readonly line: number; readonly why: string};

type InstructionList = {
	readonly instructions: readonly Instruction[];
	readonly unreadable: Unreadable | undefined;
};

const maxLines = 20_000;

/**
Splits a Dockerfile into its instructions, as BuildKit does: directives, continued lines, comments between them, heredocs.

@see https://github.com/moby/buildkit/blob/v0.32.2/frontend/dockerfile/parser/parser.go
*/
export function listInstructions(text: string): InstructionList {
	const lines = splitLines(text);
	const instructions: Instruction[] = [];
	const give = (line: number, why: string): InstructionList => ({instructions, unreadable: {line, why}});
	const strange = /\r(?!\n)|\0/.exec(text);
	if (strange) {
		const line = text.slice(0, strange.index).split('\n').length;
		return give(line, 'it has a carriage return or a null character in its middle');
	}

	if (lines.length > maxLines) return give(maxLines, `the file has more than ${maxLines} lines`);
	const directives = readDirectives(lines);
	if (directives.unreadable) return give(directives.unreadable.line, directives.unreadable.why);
	const {escapeSign} = directives;
	for (let at = 0; at < lines.length; ) {
		const first = lines[at];
		if (first === undefined) break;
		if (isSkipped(first.text)) {
			at++;
			continue;
		}

		const read = readInstruction(lines, at, escapeSign);
		if ('why' in read) return give(read.line, read.why);
		instructions.push(read);
		at = read.endLine;
	}

	return {instructions, unreadable: findWrongOrder(instructions)};
}

type Line = {readonly offset: number; readonly text: string};

function splitLines(text: string): readonly Line[] {
	const lines: Line[] = [];
	let offset = text.startsWith('\u{FEFF}') ? 1 : 0;
	for (const part of text.slice(offset).split('\n')) {
		lines.push({offset, text: part.endsWith('\r') ? part.slice(0, -1) : part});
		offset += part.length + 1;
	}

	return lines;
}

const isSkipped = (line: string): boolean => /^\s*(?:#|$)/.test(line);

/** Only the first lines of a file can hold directives. */
function readDirectives(lines: readonly Line[]): {
	readonly escapeSign: string;
	readonly unreadable?: Unreadable;
} {
	let escapeSign = '\\';
	for (const [index, {text}] of lines.entries()) {
		const [, name = '', rest = ''] = /^\s*#\s*([a-zA-Z][a-zA-Z\d]*)\s*=(.*)$/.exec(text) ?? [];
		const line = index + 1;
		const value = rest.trim();
		if (name === '') break;
		if (name.toLowerCase() === 'escape') {
			if (value !== '\\' && value !== '`') {
				return {escapeSign, unreadable: {line, why: 'its escape is neither a backslash nor a backtick'}};
			}

			escapeSign = value;
		}

		if (name.toLowerCase() === 'syntax' && !/^(?:docker\.io\/)?docker\/dockerfile(?:[:@-]|$)/.test(value)) {
			return {escapeSign, unreadable: {line, why: `the file is written for ${value}`}};
		}
	}

	return {escapeSign};
}

const keywords: ReadonlySet<string> = new Set(
	'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
		' ',
	),
);

/** Reads the instruction that begins at an index of `lines`. */
function readInstruction(lines: readonly Line[], from: number, escapeSign: string): Instruction | Unreadable {
	const first = lines[from] ?? {offset: 0, text: ''};
	const pieces: string[] = [];
	let at = from;
	let last = from;
	for (; at < lines.length; at++) {
		const {text} = lines[at] ?? first;
		if (at > from && isSkipped(text)) continue;
		last = at;
		const continued = findContinuation(text, escapeSign);
		pieces.push(continued === undefined ? text : text.slice(0, continued));
		if (continued === undefined) break;
	}

	const line = from + 1;
	const joined = pieces.join('');
	const [, keyword = '', rest = ''] = /^\s*(\S+)([\s\S]*)$/.exec(joined) ?? [];
	const name = keyword.toUpperCase();
	if (!keywords.has(name)) return {line, why: `${shorten(keyword)} is not an instruction of a Dockerfile`};
	const start = first.text.length - first.text.trimStart().length;
	const names = findHeredocs(name, rest.trim());
	if (names === undefined) {
		return {line, why: 'its heredoc has a blank before the word, or text before the <<; write <<EOF'};
	}

	// Lines without text behind a backslash at the end of the file belong to no instruction.
	let end = names.length > 0 ? Math.min(at, lines.length - 1) : last;
	for (const {word, dropsTabs} of names) {
		do end++;
		while (end < lines.length && clean(lines[end]?.text ?? '', dropsTabs) !== word);
		if (end >= lines.length) return {line, why: `nothing ends its heredoc ${shorten(word)}`};
	}

	const lastLine = lines[end] ?? first;
	return {
		keyword: name,
		line,
		endLine: end + 1,
		offset: first.offset + start,
		endOffset: lastLine.offset + lastLine.text.length,
		textOffset: first.offset + Math.min(first.text.length, start + keyword.length),
		text: rest.trim(),
	};
}

const clean = (text: string, dropsTabs: boolean): string => (dropsTabs ? text.replace(/^\t+/, '') : text);

/** Returns where the escape is that joins the next line, if there is one. */
function findContinuation(text: string, escapeSign: string): number | undefined {
	const end = text.trimEnd().length - 1;
	return text[end] === escapeSign && text[end - 1] !== escapeSign ? end : undefined;
}

type Heredoc = {readonly word: string; readonly dropsTabs: boolean};

/** Lists the heredocs that begin in an instruction; `undefined` where readers of Dockerfiles disagree. */
function findHeredocs(keyword: string, rest: string): readonly Heredoc[] | undefined {
	const [, inner, behind] = /^(ADD|COPY|RUN)\s+(.*)$/is.exec(rest) ?? [];
	if (keyword === 'ONBUILD') return inner ? findHeredocs(inner.toUpperCase(), behind ?? '') : [];
	if (!['ADD', 'COPY', 'RUN'].includes(keyword) || !rest.includes('<<') || readExecForm(rest)) return [];
	const bare = rest.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/g, quoted =>
		/^['"]\w+['"]$/.test(quoted) ? quoted : ' '.repeat(quoted.length),
	);
	if (/<<-?[ \t]+["']?[A-Za-z_]|[^\s\d<]\d*<<-?["']?[A-Za-z_]/.test(bare)) return undefined;
	return [...bare.matchAll(/(?:^|\s)\d*<<(-?)(["']?)(\w[^\s<"']*)\2(?=\s|$)/g)].map(
		([, dash, , word = '']) => ({word, dropsTabs: dash === '-'}),
	);
}

/**
Reads the words of a CMD, ENTRYPOINT, RUN or SHELL in exec form, as Docker does: a JSON list of strings, nothing behind it.

@returns `undefined` for the shell form, which is also anything that only looks like a list.
*/
export function readExecForm(text: string): readonly string[] | undefined {
	if (!text.startsWith('[')) return undefined;
	try {
		const words: unknown = JSON.parse(text);
		return Array.isArray(words) && words.every(word => typeof word === 'string') ? words : undefined;
	} catch {
		return undefined;
	}
}

function findWrongOrder(instructions: readonly Instruction[]): Unreadable | undefined {
	const first = instructions.find(({keyword}) => keyword !== 'ARG');
	if (!first) return {line: 1, why: 'there is no FROM'};
	if (first.keyword !== 'FROM') return {line: first.line, why: `${first.keyword} comes before any FROM`};
	const empty = instructions.find(({text}) => text === '');
	return empty && {line: empty.line, why: `${empty.keyword} has nothing behind it`};
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
