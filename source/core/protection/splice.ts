import {type Dockerfile, readDockerfile} from '../image/dockerfile.ts';
import type {ImageStart, StartInstruction} from '../image/start.ts';
import {readStartWords} from '../image/start.ts';

/** Where the lines find the project's files, from the build context. */
type SpliceOptions = {
	readonly litestreamYml: string;
	readonly entrypoint: string;
	readonly litestreamVersion: string;
	/** The ENTRYPOINT that the image begins with; ours would replace it, so it is written behind ours. */
	readonly baseEntrypoint: string | undefined;
	/** Read again with these, to compare. */
	readonly buildTarget: string | undefined;
};

/** Where the image has our script. */
const entrypointTarget = '/usr/local/bin/entrypoint';

/** One change of a text: at `offset`, `length` code units give way to `insert`. */
type Edit = {readonly offset: number; readonly length: number; readonly insert: string};

/**
Puts Litestream and our entrypoint before the start command of an image, which stays what runs. Every other byte is kept.

@param start - With an ENTRYPOINT or a CMD.
@throws {Error} When the new text would not read as the old instructions and ours, in any order but this: a bug.
*/
export function spliceDockerfile(dockerfile: Dockerfile, start: ImageStart, options: SpliceOptions): string {
	const {text} = dockerfile;
	const edits = listEdits(dockerfile, start, options);
	let after = '';
	let at = 0;
	for (const {offset, length, insert} of [...edits].sort((left, right) => left.offset - right.offset)) {
		after += text.slice(at, offset) + insert;
		at = offset + length;
	}

	after += text.slice(at);
	requireOnlyOurs(dockerfile, after, options, start);
	return after;
}

function listEdits(dockerfile: Dockerfile, start: ImageStart, options: SpliceOptions): readonly Edit[] {
	const {text, chain} = dockerfile;
	const final = chain.at(-1);
	const isHere = (found: StartInstruction | undefined) => found?.stage === final;
	const {entrypoint, command} = start;
	const block = writeBlock(options);
	const own = entrypoint && isHere(entrypoint) ? wrapEntrypoint(text, entrypoint) : undefined;
	const lines = own ? block : [...block, writeEntrypoint(entrypoint, options)];
	const here = [entrypoint, command].flatMap(found => (found && isHere(found) ? [found.instruction] : []));
	const first = here.sort((left, right) => left.offset - right.offset)[0];
	if (first) return [insertLines(text, findLineStart(text, first.offset), lines), ...(own ? [own] : [])];

	// An ENTRYPOINT drops the CMD of the stages below it, so that one is written again.
	const again = command ? [...lines, `CMD ${command.instruction.text}`] : lines;
	const end = [final?.from, ...(final?.instructions ?? [])].at(-1)?.endOffset ?? text.length;
	const next = text.indexOf('\n', end);
	return [insertLines(text, next === -1 ? text.length : next + 1, again)];
}

const writeBlock = ({litestreamYml, entrypoint, litestreamVersion}: SpliceOptions): readonly string[] => [
	'# Litestream: fills an empty volume from the replica, then runs the command below and replicates its database.',
	`COPY --from=litestream/litestream:${litestreamVersion} /usr/local/bin/litestream /usr/local/bin/litestream`,
	`COPY ${writePaths(litestreamYml, '/etc/litestream.yml')}`,
	`COPY --chmod=0755 ${writePaths(entrypoint, entrypointTarget)}`,
];

const writeEntrypoint = (own: StartInstruction | undefined, {baseEntrypoint}: SpliceOptions): string => {
	const base = baseEntrypoint === undefined ? [] : [baseEntrypoint];
	return `ENTRYPOINT ${writeWords([entrypointTarget, ...(own ? readStartWords(own) : base)])}`;
};

const writePaths = (from: string, to: string): string =>
	/\s/.test(from) ? writeWords([from, to]) : `${from} ${to}`;

const writeWords = (words: readonly string[]): string =>
	`[${words.map(word => JSON.stringify(word)).join(', ')}]`;

/** Inserts whole lines where a line begins, with the line ends of the file. */
function insertLines(text: string, offset: number, lines: readonly string[]): Edit {
	const end = /\r?\n/.exec(text)?.[0] ?? '\n';
	const isBehindUnended = offset === text.length && !text.endsWith('\n');
	const insert = isBehindUnended
		? lines.map(line => `${end}${line}`).join('')
		: lines.map(line => `${line}${end}`).join('');
	return {offset, length: 0, insert};
}

const findLineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Puts our script in front of an ENTRYPOINT's words. */
function wrapEntrypoint(text: string, {instruction, words}: StartInstruction): Edit {
	const {textOffset, endOffset} = instruction;
	if (words === undefined) {
		const blanks = /^[ \t]*/.exec(text.slice(textOffset, endOffset))?.[0].length ?? 0;
		const all = [entrypointTarget, '/bin/sh', '-c', instruction.text];
		return {offset: textOffset + blanks, length: endOffset - textOffset - blanks, insert: writeWords(all)};
	}

	const bracket = text.indexOf('[', textOffset) + 1;
	return {offset: bracket, length: 0, insert: `"${entrypointTarget}"${words.length > 0 ? ', ' : ''}`};
}

/** Reads the new text, and throws unless its instructions are the old ones and ours. */
function requireOnlyOurs(
	before: Dockerfile,
	after: string,
	options: SpliceOptions,
	{entrypoint, command}: ImageStart,
): void {
	const reading = readDockerfile(before.path, after, {buildTarget: options.buildTarget});
	const write = ({keyword, text}: {readonly keyword: string; readonly text: string}) => `${keyword} ${text}`;
	const ours = new Set([
		...writeBlock(options),
		writeEntrypoint(entrypoint, options),
		...(command ? [write(command.instruction)] : []),
	]);
	const now = reading.instructions.map(write);
	const found: string[] = [];
	let at = 0;
	for (const instruction of before.instructions) {
		const wanted = write(instruction);
		const isWrapped = instruction === entrypoint?.instruction;
		const matches = (line: string | undefined) =>
			line === wanted || (isWrapped && line !== undefined && isWrappedAs(line, entrypoint));
		while (at < now.length && !matches(now[at])) found.push(now[at++] ?? '');
		at++;
	}

	found.push(...now.slice(at));
	const unknown = found.find(line => !ours.has(line));
	if (reading.unreadable || at > now.length || unknown !== undefined || found.length < 3) {
		throw new Error(
			`${before.path} would not read as before with the lines for Litestream: ${unknown ?? ''}`,
		);
	}
}

function isWrappedAs(line: string, start: StartInstruction | undefined): boolean {
	const [, list = ''] = /^ENTRYPOINT\s+(\[[\s\S]*)$/.exec(line) ?? [];
	try {
		return JSON.stringify(JSON.parse(list)) === JSON.stringify([entrypointTarget, ...readStartWords(start)]);
	} catch {
		return false;
	}
}
