import type {FlyConfig} from './config.ts';
import {findMounts, findServices} from './find-mounts.ts';
import type {TomlPath} from './toml-document.ts';
import {writeTomlPath} from './write-toml-value.ts';

/** Something that a person must change in fly.toml before one machine can run from it. */
export type FlyTomlProblem = {readonly path: TomlPath; readonly problem: string};

/** What stands in the way of one machine and cannot be mended by an edit of ours. */
export function findFlyTomlProblems(config: FlyConfig): readonly FlyTomlProblem[] {
	return [...findMountProblems(config), ...findProcessProblems(config)];
}

function findMountProblems(config: FlyConfig): readonly FlyTomlProblem[] {
	const mounts = findMounts(config);
	const second = mounts[1];
	if (second) {
		const names = mounts.map(({entry}) => entry.source ?? 'one without source').join(', ');
		const problem = `fly.toml has ${mounts.length} mounts (${names}); a machine takes one volume. Keep the one with the database.`;
		return [{path: second.path, problem}];
	}
	return mounts.flatMap(({path, entry}) =>
		(['source', 'destination'] as const)
			.filter(key => !entry[key])
			.map(key => ({path, problem: `The mount in fly.toml has no ${key}. Add ${key} = "…" to it.`})),
	);
}

function findProcessProblems(config: FlyConfig): readonly FlyTomlProblem[] {
	const groups = Object.keys(config.processes ?? {});
	if (groups.length === 0) return [];
	const services = findServices(config).filter(({entry}) => !entry.processes?.length);
	const example = JSON.stringify(groups.slice(0, 1));
	const unnamed = services.map(({path}) => ({
		path,
		problem: `fly.toml has [processes], so [${writeTomlPath(path)}] must say which it serves: add processes = ${example}. Fly refuses the file otherwise ("configuration is not valid").`,
	}));
	if (groups.length === 1) return unnamed;
	const problem = `fly.toml has ${groups.length} process groups (${groups.join(', ')}); each gets a machine of its own, and this app must run on exactly one. Keep one group.`;
	return [...unnamed, {path: ['processes'], problem}];
}
