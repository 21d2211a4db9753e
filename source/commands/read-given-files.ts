import {Failure} from '../core/errors.ts';
import {readAnswersFile} from '../core/read-answers-file.ts';
import type {CommandContext} from '../core/workshop.ts';
import type {GivenFiles} from '../run/gather-for.ts';

/**
Reads `--answers FILE` and every `--secret-file NAME=PATH` (`-` is standard input).

@throws {Failure} Exit 2 for a file that cannot be read, an unknown answer, or an answers file with a secret in it.
*/
export async function readGivenFiles({options, lists, readGiven}: CommandContext): Promise<GivenFiles> {
	const secretFiles = new Map<string, string>();
	const known = lists.questions.flatMap(({environment}) => environment ?? []);
	for (const {name, path} of options.secretFiles) {
		if (!known.includes(name)) {
			throw new Failure('usage', 'usage', `--secret-file: nobody asks for ${name}.`, {
				hint: `Names are ${known.join(', ')}.`,
			});
		}

		secretFiles.set(name, (await readGiven(path)).replace(/\r?\n$/, ''));
	}

	const {answersFile: path} = options;
	if (path === undefined) return {answersFile: new Map(), secretFiles};
	return {answersFile: readAnswersFile(await readGiven(path), path, lists.questions), secretFiles};
}
