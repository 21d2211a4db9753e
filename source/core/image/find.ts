import type {FlyConfig} from '../fly-toml/config.ts';
import {resolveFrom} from '../text/paths.ts';
import {type Dockerfile, readDockerfile} from './dockerfile.ts';

/**
Reads the Dockerfile that Fly builds: the one that `[build] dockerfile` names, else `Dockerfile`.

@param files - Texts by path from the project's folder.
@param flyToml - What it names is relative to its own folder.
*/
export function findDockerfile(
	files: ReadonlyMap<string, string>,
	flyToml: {readonly path: string; readonly config: FlyConfig} | undefined,
): Dockerfile | undefined {
	const build = flyToml?.config.build;
	const named = build?.dockerfile && resolveFrom(flyToml?.path ?? '', build.dockerfile);
	const path = (named === undefined ? ['Dockerfile', 'dockerfile'] : [named]).find(each => files.has(each));
	if (path === undefined) return undefined;
	const buildTarget = build?.['build-target'];
	return readDockerfile(path, files.get(path) ?? '', {
		...(typeof buildTarget === 'string' ? {buildTarget} : {}),
		buildArguments: listBuildArguments(flyToml?.config),
	});
}

/** Returns `[build.args]` of fly.toml. */
export const listBuildArguments = (config: FlyConfig | undefined): ReadonlyMap<string, string> =>
	new Map(Object.entries(config?.build?.args ?? {}).map(([name, value]) => [name, String(value)]));
