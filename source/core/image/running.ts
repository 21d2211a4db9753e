import type {FlyConfig} from '../fly-toml/config.ts';
import {type ImageFiles, listImageFiles, resolvePath} from './copies.ts';
import type {Dockerfile} from './dockerfile.ts';
import {joinLines, readCommand, splitCommands} from './shell.ts';
import {readImageStart, readLaunch} from './start.ts';

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
	/** No program starts after it in its script. */
	readonly isLast: boolean;
	/** The commands that started the script, the nearest first. */
	readonly callers: readonly Command[];
	/** The script that it starts, if the project lacks it. */
	readonly missing: string | undefined;
};

export type StartScript = {readonly path: string; readonly text: string};

/** What starts: the image's own words, and the project's scripts that they name, in turn. */
export type Running = {
	/** Every command in order, those of a script in place of the command that starts it. */
	readonly commands: readonly Command[];
	/** The first one first. */
	readonly scripts: readonly StartScript[];
	readonly image: ImageFiles;
};

const mostScripts = 20;

/** Programs that run the command which is among their own words. */
const wrappers =
	/^(?:tini(?:-static)?|dumb-init|catatonit|gosu|su-exec|env|timeout|setpriv|sudo|doas|nice|ionice|stdbuf|setsid|nohup|chpst|time)$/;

/**
Follows what a machine starts into the project's scripts.

@param files - Texts by path from the project's folder.
*/
export function followStart(
	dockerfile: Dockerfile,
	files: ReadonlyMap<string, string>,
	config: FlyConfig | undefined,
): Running {
	const start = readImageStart(dockerfile);
	const {words} = readLaunch(start, config);
	const {path, chain} = dockerfile;
	const line = (start.command ?? start.entrypoint)?.instruction.line ?? chain.at(-1)?.from.line ?? 1;
	const image = listImageFiles(dockerfile, files);
	const scripts: StartScript[] = [];

	/** @param args - What the script around it was given. */
	const open = (command: Command, given: readonly string[], args: readonly string[]): readonly Command[] => {
		const isArguments = /^\$\{?[@*]\}?$/.test(given[0] ?? '') && args.length > 0;
		const own = isArguments ? [...args, ...given.slice(1)] : given;
		const [program = '', second = ''] = own;
		const name = baseName(program);
		if (wrappers.test(name)) {
			const at = own.findIndex(
				(word, index) => index > 0 && /\/|^(?:litestream|sh|bash|\$\{?[@*]\}?)$/.test(word),
			);
			return at === -1 ? [command] : open(command, own.slice(at), args);
		}

		const flag = own.findIndex((word, index) => index > 0 && /^-\w*c$/.test(word));
		if (/^(?:(?:ba|da|a)?sh|su|runuser)$/.test(name) && flag !== -1)
			return listInline(own[flag + 1] ?? '', command, own.slice(flag + 3));
		if (/^(?:ba|da|a)?sh$/.test(name)) {
			const at = own.findIndex((word, index) => index > 0 && !word.startsWith('-'));
			return at === -1 ? [command] : openFile(command, own.slice(at));
		}

		if (name === '.' || name === 'source') return openFile({...command, isExec: true}, [second, ...args]);
		return program.includes('/') || name.endsWith('.sh') ? openFile(command, own) : [command];
	};
	const openFile = (command: Command, [program = '', ...args]: readonly string[]): readonly Command[] => {
		const file = findFile(program, command.path, files, image);
		const text = file === undefined ? undefined : files.get(file);
		if (file === undefined || text === undefined) {
			// A release brings its own programs, and the image those of the system.
			const isKnown = /(?:^|\/)s?bin\/[^/.]+$|\$/.test(program);
			return [{...command, missing: isKnown ? undefined : program}];
		}

		if (scripts.some(each => each.path === file) || scripts.length >= mostScripts) return [command];
		scripts.push({path: file, text});
		const joined = joinLines(text);
		const stops =
			joined.some(({text: each}) => /^set\s+(?:-\w*e|-o\s+errexit)/.test(each)) ||
			/^#![^\n]*\s-\w*e/.test(text);
		const callers = [command, ...command.callers];
		const lastStart = joined.findLastIndex(({text: whole}) => splitCommands(whole).some(startsProgram));
		return joined.flatMap(({line: at, text: whole}, index) =>
			list(whole, {path: file, line: at, callers, stops, isLast: index >= lastStart, args}),
		);
	};
	/** Lists the text of `sh -c`. A shell replaces itself with a command that is alone. */
	const listInline = (text: string, {isExec, ...place}: Command, args: readonly string[]) =>
		list(text, {...place, stops: false, isAlone: isExec && splitCommands(text).length === 1, args});
	const list = (
		whole: string,
		{stops, isAlone = false, isLast, args, ...place}: Surroundings,
	): readonly Command[] => {
		const parts = splitCommands(whole);
		const lastStart = parts.findLastIndex(startsProgram);
		return parts.flatMap(({text, end}, index): readonly Command[] => {
			const {words: own, isExec} = readCommand(text);
			const isChecked = end === '&&' || /^(?:(?:el)?if|while|until|!)\s/.test(text);
			const command: Command = {
				path: place.path,
				line: place.line,
				callers: place.callers,
				text: text.replace(/^exec\s+/, ''),
				isExec: isExec || isAlone,
				isBackground: end === '&',
				isSwallowed: end === '||' ? !/\|\|\s*exit\s+[1-9]/.test(whole) : !stops && !isChecked,
				isLast: isLast && index >= lastStart,
				missing: undefined,
			};
			return open(command, own, args);
		});
	};
	const first: Command = {
		path,
		line,
		text: words.join(' '),
		isExec: true,
		isBackground: false,
		isSwallowed: false,
		isLast: true,
		callers: [],
		missing: undefined,
	};
	return {commands: words.length === 0 ? [] : open(first, words, []), scripts, image};
}

type Surroundings = Pick<Command, 'path' | 'line' | 'callers' | 'isLast'> & {
	readonly stops: boolean;
	readonly isAlone?: boolean;
	readonly args: readonly string[];
};

const startsProgram = ({text}: {readonly text: string}): boolean => {
	const {words, isExec} = readCommand(text);
	return (
		isExec || /\/|\.sh$|^\$\{?[@*]/.test(words[0] ?? '') || /^(?:litestream|mix|elixir)$/.test(words[0] ?? '')
	);
};

const baseName = (path: string) => path.replace(/^.*\//, '');

/** Finds the project's file that is at a place of the image: what COPY brings there, else what a release has from rel/overlays. */
function findFile(
	program: string,
	from: string,
	files: ReadonlyMap<string, string>,
	{places, folder}: ImageFiles,
): string | undefined {
	const plain = program.replaceAll(/["']/g, '');
	const copied = places.get(plain) ?? places.get(resolvePath(folder, plain));
	if (copied !== undefined) return copied;
	const [, name] = /(?:^|\/)bin\/([^/]+)$/.exec(plain) ?? [];
	const [, sibling] = /^\.\/([^/]+)$/.exec(plain) ?? [];
	return [
		...(name === undefined ? [] : [`rel/overlays/bin/${name}`]),
		...(sibling === undefined ? [] : [from.replace(/[^/]*$/, sibling)]),
	].find(path => files.has(path));
}

/** Tells whether a command starts LiteFS. */
export const startsLiteFs = ({text}: Command): boolean =>
	/(?:^|[\s/"';&|])litefs(?:\s+(?:mount|run)\b|\s*$)/.test(text);
