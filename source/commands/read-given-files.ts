import type {CommandContext} from '../core/command/context.ts';
import {readAnswersFile} from '../core/questions/answers-file.ts';
import type {GivenFiles} from '../setup/gather.ts';

/**
Reads `--answers FILE` and every `--secret-file NAME=PATH` (`-` is standard input). Which secrets are asked is known only once
the project was read.

@throws {Failure} Exit 2 for a file that cannot be read, an unknown answer, or an answers file with a secret in it.
@see requireKnownSecrets
*/
export async function readGivenFiles({options, lists, readGiven}: CommandContext): Promise<GivenFiles> {
	const secretFiles = new Map<string, string>();
	for (const {name, path} of options.secretFiles)
		secretFiles.set(name, (await readGiven(path)).replace(/\r?\n$/, ''));

	const {answersFile: path} = options;
	if (path === undefined) return {answersFile: new Map(), secretFiles};
	return {answersFile: readAnswersFile(await readGiven(path), path, lists.questions), secretFiles};
}
