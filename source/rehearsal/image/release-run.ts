import {followStart, isRoot, type Judgment, type Start, skipWrappers} from './judge.ts';
import {type BuildContext, type Image, readImageFile, resolvePath} from './stage.ts';

/** What a release_command does on its machine, as far as the image tells. */
export type ReleaseRun = {
	/** The entrypoint starts the app in place of the command. */
	readonly neverEnds: boolean;
	/** It is not in the image. */
	readonly fault: Judgment['fault'];
	/** The command, and the scripts it leads to. */
	readonly texts: readonly string[];
	/** Whether it may make any folder. */
	readonly isRoot: boolean;
	/** Commands of the build, which may have made one. */
	readonly builds: readonly string[];
};

/**
Judges a release_command: Fly gives its words to the entrypoint of the image in place of CMD.

@param start - Of fly.toml; its command does not count.
*/
export function judgeReleaseRun(
	image: Image,
	context: BuildContext,
	start: Start,
	words: readonly string[],
): ReleaseRun {
	const own = followStart(image, context, {exec: words});
	const given = start.entrypoint ?? [];
	const [first = '', ...rest] = skipWrappers(given.length > 0 ? given : (image.entrypoint ?? []));
	const isShell = /(?:^|\/)(?:ba|da|a)?sh$/.test(first);
	const script = isShell ? rest.find(word => !word.startsWith('-')) : first;
	const text =
		isShell && rest.some(word => /^-\w*c$/.test(word))
			? script
			: script && readImageFile(image, context, resolvePath(image.folder, script));
	const code = text?.replaceAll(/^[ \t]*#.*$/gm, '');
	return {
		neverEnds: code !== undefined && code !== '' && !/\$(?:[@*\d]|\{[@*\d])/.test(code),
		fault:
			own.fault && first !== '' ? {lines: [`${script}: exec: ${words[0]}: not found`], exit: 127} : own.fault,
		texts: [words.join(' '), ...own.trail.texts],
		isRoot: isRoot(image),
		builds: image.runs,
	};
}
