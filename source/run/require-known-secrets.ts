import type {Options} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {AnswerSources} from '../core/questions/gather.ts';
import {readSecretName} from '../core/questions/named-secret.ts';
import type {Question} from '../core/questions/question.ts';

/**
Holds every secret that was given or skipped by name against those that are asked.

@throws {Failure} `usage` (exit 2) for one that nobody asks for.
*/
export function requireKnownSecrets(
	questions: readonly Question[],
	{
		options,
		given,
	}: {
		readonly options: Options;
		readonly given: Pick<AnswerSources, 'answersFile' | 'secretFiles'>;
	},
): void {
	const known = questions.flatMap(({environment}) => environment ?? []);
	const own = questions.flatMap(({id}) => readSecretName(id) ?? []);
	refuseUnknown('--secret-file', [...given.secretFiles.keys()], known);
	refuseUnknown('--skip-secret', listNames(options.flags), own);
	refuseUnknown('--answers', listNames(given.answersFile), own);
}

const listNames = (answers: ReadonlyMap<string, string>): readonly string[] =>
	[...answers.keys()].flatMap(id => readSecretName(id) ?? []);

function refuseUnknown(flag: string, names: readonly string[], known: readonly string[]): void {
	const unknown = names.find(name => !known.includes(name));
	if (unknown === undefined) return;
	// What is no name may be a value that was typed in the wrong place.
	const shown = /^\w{1,40}$/.test(unknown) ? unknown : 'what was typed there';
	const list = known.length > 0 ? `Names are ${known.join(', ')}. ` : '';
	throw new Failure('usage', 'usage', `${flag}: nobody asks for ${shown}.`, {
		hint: `${list}One that the code does not show is added by --secret NAME.`,
	});
}
