import {requireUsableName} from './core/named-secret.ts';
import type {ProjectFacts} from './core/project/project.ts';
import {buildNamedSecret} from './core/questions/named-secret.ts';
import type {Question} from './core/questions/question.ts';

/**
The registry's questions, and one for each secret of the project's own: those its code reads and those of `--secret`.

@throws {Failure} `usage` (exit 2) for a `--secret NAME` that cannot be one.
*/
export function listQuestions(
	questions: readonly Question[],
	{secretReads}: ProjectFacts,
	named: readonly string[],
): readonly Question[] {
	for (const name of named) requireUsableName(name);
	const names = [...new Set([...secretReads.map(({name}) => name), ...named])];
	return [
		...questions,
		...names.map(name => {
			const read = secretReads.find(each => each.name === name);
			return buildNamedSecret(name, read, named.includes(name), questions);
		}),
	];
}
