import {readTrapFacts} from '../core/doctor/facts.ts';
import {findTraps, type Trap} from '../core/doctor/rule.ts';
import {writeTrapDetail} from '../core/doctor/text.ts';
import type {PlanContext} from '../core/plan/context.ts';

/**
What doctor would say once the plan's files are written and its secrets are set: notes for review, never a reason to stop.

@param files - The project's texts; those of `trapFiles` as far as they are at hand.
*/
export function findPlanTraps(
	traps: readonly Trap[],
	{
		files: changes,
		appSecrets,
		storageSecrets,
		host,
	}: Pick<PlanContext, 'files' | 'appSecrets' | 'storageSecrets' | 'host'>,
	files: ReadonlyMap<string, string>,
): readonly string[] {
	const texts = new Map(files);
	for (const {path, after} of changes) texts.set(path, after);
	const names = [...appSecrets, ...storageSecrets].map(({name}) => name);
	const secrets = new Map(names.map(name => [name, name === 'PHX_HOST' ? host : undefined]));
	return findTraps(traps, readTrapFacts(texts, {secrets})).map(
		({trap, finding}) => `doctor, ${trap.id}: ${writeTrapDetail(finding)}`,
	);
}
