import type {FlyConfig} from '../fly-toml/config.ts';
import {type Dockerfile, readDockerfile} from './dockerfile.ts';

/**
Reads the Dockerfile that Fly builds: the one that `[build] dockerfile` names, else `Dockerfile`.

@param files - Texts by path from the project's folder.
*/
export function findDockerfile(
	files: ReadonlyMap<string, string>,
	config: FlyConfig | undefined,
): Dockerfile | undefined {
	const build = config?.build;
	const named = build?.dockerfile?.replace(/^(?:\.\/)+/, '');
	const path = (named === undefined ? ['Dockerfile', 'dockerfile'] : [named]).find(each => files.has(each));
	if (path === undefined) return undefined;
	const buildTarget = build?.['build-target'];
	return readDockerfile(path, files.get(path) ?? '', {
		...(typeof buildTarget === 'string' ? {buildTarget} : {}),
		buildArguments: listBuildArguments(config),
	});
}

/** Returns `[build.args]` of fly.toml. */
export const listBuildArguments = (config: FlyConfig | undefined): ReadonlyMap<string, string> =>
	new Map(Object.entries(config?.build?.args ?? {}).map(([name, value]) => [name, String(value)]));
