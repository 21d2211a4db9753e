/** A command of a start script, or of the image's own start. */
export type Command = {
	readonly path: string;
	/** Where it begins, counted from 1. */
	readonly line: number;
	/** Without `exec`, and without what follows it on its line. */
	readonly text: string;
	/** It replaces the shell, or the image starts it without one. */
	readonly isExec: boolean;
	readonly isBackground: boolean;
	/** The script continues when it fails. */
	readonly isSwallowed: boolean;
	/** The commands that started the script, the nearest first. */
	readonly callers: readonly Command[];
	/** The script that it starts, if the project lacks it. */
	readonly missing: string | undefined;
};

/** What the final stage starts and copies. */
export type ImageStart = {
	readonly path: string;
	readonly line: number;
	readonly words: readonly string[];
	/** By the place in the image: the path in the project. */
	readonly copies: ReadonlyMap<string, string>;
};

type Instruction = {readonly line: number; readonly keyword: string; readonly text: string};

const longestText = 256 * 1024;

/** Joins what `\` continues; comments between the lines are left out, as Docker does. */
function joinLines(text: string): readonly {readonly line: number; readonly text: string}[] {
	const joined: {line: number; text: string}[] = [];
	let open: {line: number; parts: string[]} | undefined;
	for (const [index, raw] of text
		.slice(0, longestText)
		.split(/\r\n|\n/)
		.entries()) {
		const line = raw.trim();
		if (line === '' || line.startsWith('#')) continue;
		open ??= {line: index + 1, parts: []};
		const continues = line.endsWith('\\');
		open.parts.push(continues ? line.slice(0, -1) : line);
		if (continues) continue;
		joined.push({line: open.line, text: open.parts.join(' ')});
		open = undefined;
	}

	if (open) joined.push({line: open.line, text: open.parts.join(' ')});
	return joined;
}

/** Reads what the last stage starts; `undefined` if it does not say. */
export function readImageStart(
	dockerfile: {readonly path: string; readonly text: string},
	files: ReadonlyMap<string, string>,
): ImageStart | undefined {
	const all = joinLines(dockerfile.text.replace(/^\uFEFF/, '')).map(({line, text}): Instruction => {
		const [, keyword = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(text) ?? [];
		return {line, keyword: keyword.toUpperCase(), text: rest.trim()};
	});
	const stage = all.slice(all.findLastIndex(({keyword}) => keyword === 'FROM') + 1);
	const entrypoint = stage.findLast(({keyword}) => keyword === 'ENTRYPOINT');
	const cmd = stage.findLast(({keyword}) => keyword === 'CMD');
	const first = entrypoint && entrypoint.text !== '[]' ? entrypoint : cmd;
	if (!first) return undefined;
	const words = readWords(first.text);
	const more = first === entrypoint && cmd && first.text.startsWith('[') ? readWords(cmd.text) : [];
	return {
		path: dockerfile.path,
		line: first.line,
		words: [...words, ...more],
		copies: listCopies(stage, files),
	};
}

/** Reads the words of a start as Docker does: a JSON list of strings, else the shell form. */
function readWords(text: string): readonly string[] {
	try {
		const list: unknown = JSON.parse(text);
		if (Array.isArray(list) && list.every(word => typeof word === 'string')) return list;
	} catch {
		// Docker takes it for the shell form too.
	}

	return ['/bin/sh', '-c', text];
}

function listCopies(
	stage: readonly Instruction[],
	files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
	const copies = new Map<string, string>();
	let folder = '/';
	for (const {keyword, text} of stage) {
		if (keyword === 'WORKDIR') folder = resolvePath(folder, text.replaceAll(/["']/g, ''));
		if ((keyword !== 'COPY' && keyword !== 'ADD') || /--from=/.test(text)) continue;
		const plain = text.replaceAll(/(?:^|\s)--\S+/g, ' ').trim();
		const words = plain.startsWith('[') ? readWords(plain) : plain.split(/\s+/);
		const target = words.at(-1) ?? '';
		for (const word of words.slice(0, -1)) {
			const source = word.replace(/^\.?\//, '').replace(/\/+$/, '');
			const isFile = files.has(source);
			const place = resolvePath(folder, target);
			if (isFile) copies.set(/\/$|^\.$/.test(target) ? `${place}/${baseName(source)}` : place, source);
			else copyFolder(copies, files, source === '.' ? '' : source, place);
		}
	}

	return copies;
}

function copyFolder(
	copies: Map<string, string>,
	files: ReadonlyMap<string, string>,
	source: string,
	place: string,
): void {
	const start = source === '' ? '' : `${source}/`;
	for (const path of files.keys()) {
		if (path.startsWith(start)) copies.set(`${place === '/' ? '' : place}/${path.slice(start.length)}`, path);
	}
}

const baseName = (path: string) => path.replace(/^.*\//, '');

/** Resolves a path of the image, without a slash at its end. */
function resolvePath(folder: string, path: string): string {
	const parts: string[] = [];
	for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}

	return `/${parts.join('/')}`;
}

const mostScripts = 8;

const wrappers = /^(?:tini|dumb-init|catatonit|gosu|su-exec|env|timeout|setpriv)$/;

/** Lists every command from the image's start on, those of started scripts in place of the command that starts them. */
export function readScript(image: ImageStart, files: ReadonlyMap<string, string>): readonly Command[] {
	const seen = new Set<string>();
	const open = (command: Command, words: readonly string[]): readonly Command[] => {
		const [program = '', second = ''] = words;
		const name = baseName(program);
		if (wrappers.test(name)) {
			const at = words.findIndex((word, index) => index > 0 && /\/|^(?:litestream|sh|bash)$/.test(word));
			return at === -1 ? [command] : open(command, words.slice(at));
		}

		if (/^(?:ba|da|a)?sh$/.test(name)) {
			const flag = words.findIndex((word, index) => index > 0 && /^-\w*c$/.test(word));
			if (flag !== -1) return listInline(words[flag + 1] ?? '', command);
			const script = words.slice(1).find(word => !word.startsWith('-'));
			return script === undefined ? [command] : openFile(command, script);
		}

		if (name === '.' || name === 'source') return openFile({...command, isExec: true}, second);
		return program.includes('/') || /\.sh$/.test(name) ? openFile(command, program) : [command];
	};
	const openFile = (command: Command, program: string): readonly Command[] => {
		const path = findFile(image, files, program);
		const text = path === undefined ? undefined : files.get(path);
		if (path === undefined || text === undefined) {
			// A release brings its own programs, and the image those of the system.
			const isKnown = /(?:^|\/)s?bin\/[^/.]+$|\$/.test(program);
			return [{...command, missing: isKnown ? undefined : program}];
		}

		if (seen.has(path) || seen.size >= mostScripts) return [command];
		seen.add(path);
		const joined = joinLines(text);
		const stops =
			joined.some(({text: each}) => /^set\s+(?:-\w*e|-o\s+errexit)/.test(each)) ||
			/^#![^\n]*\s-\w*e/.test(text);
		const callers = [command, ...command.callers];
		return joined.flatMap(({line, text: whole}) => list(whole, {path, line, callers, stops}));
	};
	/** Lists the text of `sh -c`. A shell replaces itself with a command that is alone. */
	const listInline = (text: string, {path, line, callers, isExec}: Command): readonly Command[] =>
		list(text, {path, line, callers, stops: false, isAlone: isExec && splitCommands(text).length === 1});
	const list = (
		whole: string,
		{
			stops,
			isAlone = false,
			...place
		}: Pick<Command, 'path' | 'line' | 'callers'> & {readonly stops: boolean; readonly isAlone?: boolean},
	): readonly Command[] =>
		splitCommands(whole).flatMap(({text, end}): readonly Command[] => {
			const {words, isExec} = readCommand(text);
			const isChecked = end === '&&' || /^(?:(?:el)?if|while|until|!)\s/.test(text);
			const command: Command = {
				...place,
				text: text.replace(/^exec\s+/, ''),
				isExec: isExec || isAlone,
				isBackground: end === '&',
				isSwallowed: end === '||' ? !/\|\|\s*exit\s+[1-9]/.test(whole) : !stops && !isChecked,
				missing: undefined,
			};
			return open(command, words);
		});
	const {path, line, words} = image;
	const start: Command = {
		path,
		line,
		text: words.join(' '),
		isExec: true,
		isBackground: false,
		isSwallowed: false,
		callers: [],
		missing: undefined,
	};
	return open(start, words);
}

/** Finds the project's file that is at a place of the image: what COPY brings there, else what a release has from rel/overlays. */
function findFile(
	{copies}: ImageStart,
	files: ReadonlyMap<string, string>,
	program: string,
): string | undefined {
	const plain = program.replaceAll(/["']/g, '');
	const copied = copies.get(plain) ?? copies.get(resolvePath('/app', plain));
	if (copied !== undefined) return copied;
	const [, name] = /(?:^|\/)bin\/([^/]+)$/.exec(plain) ?? [];
	const overlay = name && `rel/overlays/bin/${name}`;
	return overlay && files.has(overlay) ? overlay : undefined;
}

/** Splits a line at `;`, `&&`, `||`, `|` and `&` outside quotes. */
function splitCommands(text: string): readonly {readonly text: string; readonly end: string}[] {
	const parts: {text: string; end: string}[] = [];
	let quote = '';
	let from = 0;
	const push = (to: number, end: string) => {
		const part = text
			.slice(from, to)
			.replace(/^\s*(?:then|else|do|\(|\{)\s+/, '')
			.trim();
		if (part !== '') parts.push({text: part, end});
		from = to + end.length;
	};
	for (let index = 0; index < text.length; index++) {
		const sign = text.charAt(index);
		if (quote !== '') {
			if (sign === quote) quote = '';
			else if (sign === '\\' && quote === '"') index++;
		} else if (sign === '"' || sign === "'") quote = sign;
		else if (sign === '\\') index++;
		else if (sign === '#' && /\s/.test(text.charAt(index - 1))) {
			push(index, '');
			return parts;
		} else if (/[;&|]/.test(sign) && !/[<>]/.test(text.charAt(index - 1)) && text.charAt(index + 1) !== '>') {
			const end = text.charAt(index + 1) === sign && sign !== ';' ? sign + sign : sign;
			push(index, end);
			index += end.length - 1;
		}
	}

	push(text.length, '');
	return parts;
}

/** Reads the words of a simple command, without its assignments and `exec`. */
function readCommand(text: string): {readonly words: readonly string[]; readonly isExec: boolean} {
	const words = [...text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) =>
		word.replace(/^(["'])([\s\S]*)\1$/, '$2'),
	);
	const first = words.findIndex(word => !/^\w+=/.test(word));
	const rest = first === -1 ? [] : words.slice(first);
	return rest[0] === 'exec' ? {words: rest.slice(1), isExec: true} : {words: rest, isExec: false};
}
