import {type Diagnosis, diagnose} from '../build/causes.ts';
import {FailedBuild, failBuild} from '../build/failure.ts';
import type {Failure} from '../errors/failure.ts';
import {findIgnoringLine} from '../text/ignore-file.ts';
import {findInstruction} from './named-instruction.ts';

/** Reads the project's files; a path that is missing gives `undefined`. */
type Files = {
	read(path: string): Promise<string | undefined>;
	mode(path: string): Promise<number | undefined>;
};

/**
Adds what the project's files say of a failed build: the line of its Dockerfile, and why a file is missing.

@param path - The Dockerfile's.
@returns `undefined` for any other failure.
*/
export async function locateBuildFailure(
	{cause}: Failure,
	{app, path}: {readonly app: string; readonly path: string},
	files: Files,
): Promise<Failure | undefined> {
	if (!(cause instanceof FailedBuild)) return undefined;
	const {step, reason} = cause;
	const text = (await files.read(path)) ?? '';
	const line = findParseError(reason) ?? (step && findInstruction(text, step.instruction));
	const place = line === undefined ? undefined : `${path}:${line}`;
	const missing = diagnose(step ?? nothing, reason, {app, place: place ?? path})?.missingPath;
	const ignoreFiles = [`${path}.dockerignore`, '.dockerignore'];
	const explanation = missing === undefined ? undefined : await explainMissing(missing, ignoreFiles, files);
	return failBuild(step, reason, {app, ...(place ? {place} : {}), explanation});
}

const nothing = {instruction: '', lines: []};

function findParseError(reason: string): number | undefined {
	const line = /^dockerfile parse error on line (\d+): /.exec(reason)?.[1];
	return line === undefined ? undefined : Number(line);
}

/** Says why the build does not get a path; `undefined` where the files do not tell. */
async function explainMissing(
	path: string,
	ignoreFiles: readonly string[],
	files: Files,
): Promise<Pick<Diagnosis, 'sentence' | 'next'> | undefined> {
	if (/[*?[]/.test(path)) return undefined;
	const isThere = await files.mode(path).then(
		mode => mode !== undefined,
		() => undefined,
	);
	if (isThere === undefined) return undefined;
	if (!isThere) {
		return {
			sentence: `The project has no ${path}, which the Dockerfile copies.`,
			next: `${howToMake(path)}, or remove the COPY. Then run phxfly again.`,
		};
	}

	for (const ignoreFile of ignoreFiles) {
		const text = await files.read(ignoreFile);
		if (text === undefined) continue;
		const line = findIgnoringLine(text, path);
		if (line === undefined) return undefined;
		return {
			sentence: `${ignoreFile}:${line} keeps ${path} out of the build.`,
			next: `Remove that line of ${ignoreFile}, then run phxfly again.`,
		};
	}

	return undefined;
}

function howToMake(path: string): string {
	if (path === 'mix.lock') return 'Run mix deps.get and commit mix.lock';
	if (/^rel(?:\/overlays.*)?$/.test(path)) return 'Run mix phx.gen.release, which writes rel/overlays';
	return `Add ${path}`;
}
