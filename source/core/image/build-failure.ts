import {diagnose} from '../build/causes.ts';
import {FailedBuild, failBuild} from '../build/failure.ts';
import type {Failure} from '../errors/failure.ts';
import {explainMissing, type Files} from './missing-source.ts';
import {findInstruction} from './named-instruction.ts';

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
