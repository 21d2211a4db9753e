import {readDoctorFacts} from '../doctor/facts.ts';
import {findProblems, isProblem, type Rule} from '../doctor/rule.ts';
import {writeProblemDetail} from '../doctor/text.ts';
import type {PlanContext} from './context.ts';

/**
Returns what doctor would report after the plan writes its files and sets its secrets: notes for review, never a reason to stop.

@param files - The project's texts, with those of its code.
*/
export function findPlanProblems(
	rules: readonly Rule[],
	{
		files: changes,
		appSecrets,
		storageSecrets,
		host,
		flyTomlPath,
		facts: {elixir},
	}: Pick<PlanContext, 'files' | 'appSecrets' | 'storageSecrets' | 'host' | 'flyTomlPath' | 'facts'>,
	files: ReadonlyMap<string, string>,
): readonly string[] {
	const texts = new Map(files);
	for (const {path, after} of changes) texts.set(path, after);
	const names = [...appSecrets, ...storageSecrets].map(({name}) => name);
	const secrets = new Map(names.map(name => [name, name === 'PHX_HOST' ? host : undefined]));
	return findProblems(rules, readDoctorFacts(texts, {flyTomlPath, secrets, elixir}))
		.filter(isProblem)
		.map(({rule, finding}) => `doctor, ${rule.id}: ${writeProblemDetail(finding)}`);
}
