import {findProblems, findTypeProblem} from '../config/problems.ts';
import {marks} from '../output/marks.ts';
import {type Flow, FlyError, print} from '../world/effects.ts';
import type {AppConfig} from './app-config.ts';

/** flyctl's check of the file. @throws {FlyError} if it is not valid. */
export function* printValidation(config: AppConfig): Flow<void> {
	yield* print(`Validating ${config.path}`);
	const wrongType = findTypeProblem(config);
	if (wrongType !== undefined) throw new FlyError(wrongType);
	const problems = findProblems(config);
	for (const problem of problems) yield* print(`  ${marks.bad} ${problem}`);
	if (problems.length > 0) throw new FlyError('App configuration is not valid');
	yield* print(`${marks.ok} Configuration is valid`);
}
