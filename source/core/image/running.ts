import {readCopy} from './dockerfile.ts';
import type {Instruction} from './instructions.ts';

/** One command that runs when a machine starts, and where it is written. */
export type StartLine = {readonly path: string; readonly line: number; readonly text: string};

type StartScript = {readonly path: string; readonly lines: readonly StartLine[]};

/** What starts: the image's own words, and the project's scripts that they name, in turn. */
export type Running = {readonly lines: readonly StartLine[]; readonly scripts: readonly StartScript[]};

const mostScripts = 20;

/**
Follows the start command into the project's scripts.

@param files - Texts by path from the project's folder.
@param own - The words that the image starts, as one line, and where they are written.
*/
export function followStart(
	files: ReadonlyMap<string, string>,
	instructions: readonly Instruction[],
	own: StartLine,
): Running {
	const copied = listCopied(instructions);
	const scripts: StartScript[] = [];
	const waiting = [own];
	const lines = [own];
	for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
		for (const word of listPrograms(next.text)) {
			const path = findScript(files, copied, word);
			if (path === undefined || scripts.length >= mostScripts || scripts.some(each => each.path === path))
				continue;
			const script = {path, lines: listCommands(path, files.get(path) ?? '')};
			scripts.push(script);
			lines.push(...script.lines);
			waiting.push(...script.lines);
		}
	}

	return {lines, scripts};
}

/** Lists the words that may be a program: those with a slash, and the scripts. */
const listPrograms = (text: string): readonly string[] =>
	text.split(/[\s"'`();|&=]+/).filter(word => /^[^-$][^$]*$/.test(word) && /\/[^/]+$|\.sh$/.test(word));

/** Where each single file of the project is in the image. */
function listCopied(instructions: readonly Instruction[]): ReadonlyMap<string, string> {
	return new Map(
		instructions.flatMap(instruction => {
			const copy = readCopy(instruction);
			if (!copy || copy.from !== undefined) return [];
			return copy.sources.map(source => {
				const name = source.replace(/^.*\//, '');
				const target = /\/$|^\.$/.test(copy.destination) ? `${copy.destination}${name}` : copy.destination;
				return [target, source.replace(/^(?:\.?\/)+/, '')] as const;
			});
		}),
	);
}

function findScript(
	files: ReadonlyMap<string, string>,
	copied: ReadonlyMap<string, string>,
	word: string,
): string | undefined {
	const source = copied.get(word);
	if (source !== undefined && files.has(source)) return source;
	const name = word.replace(/^.*\//, '');
	const overlay = `rel/overlays/bin/${name}`;
	if (files.has(overlay)) return overlay;
	return [...files].find(
		([path, text]) =>
			(path === name || path.endsWith(`/${name}`) || path.endsWith(`/${name}.sh`) || path === `${name}.sh`) &&
			(text.startsWith('#!') || path.endsWith('.sh')),
	)?.[0];
}

/** Lists the commands of a shell script: continued lines joined, comments dropped. */
function listCommands(path: string, text: string): readonly StartLine[] {
	const found: StartLine[] = [];
	let open: StartLine | undefined;
	for (const [index, written] of text.split('\n').entries()) {
		const line = written.replace(/\r$/, '');
		if (!open && /^\s*(?:#|$)/.test(line)) continue;
		const joined: StartLine = open
			? {...open, text: `${open.text} ${line.trim()}`}
			: {path, line: index + 1, text: line.trim()};
		if (joined.text.endsWith('\\')) {
			open = {...joined, text: joined.text.slice(0, -1)};
		} else {
			open = undefined;
			found.push(joined);
		}
	}

	return open ? [...found, open] : found;
}

/** Returns whether the next command starts before this one ends. */
export const isInBackground = ({text}: StartLine): boolean => /(?:^|[^&|<>\\])&\s*(?:#.*)?$/.test(text);
