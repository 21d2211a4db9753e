import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {findMissingSource} from '../core/image/missing-source.ts';
import type {Profile} from '../core/project/profile.ts';
import {resolveFrom} from '../core/text/paths.ts';

/**
Makes sure that the build gets the files that its Dockerfile copies. Only reads.

@throws {Failure} `build-lock-missing` or `build-file-missing` (exit 1) for the first one that is surely not there.
*/
export async function requireSources(
	{
		facts: {dockerfile, flyToml},
		readers,
		readTemplates,
	}: Pick<Project, 'facts' | 'readers' | 'readTemplates'>,
	{templates}: Profile,
): Promise<void> {
	const build = flyToml?.config.build;
	if (
		!dockerfile ||
		(build !== undefined && build.dockerfile === undefined && otherBuilds.some(name => name in build))
	)
		return;
	const {ignorefile} = build ?? {};
	const ignoreFiles =
		typeof ignorefile === 'string'
			? [resolveFrom(flyToml?.path ?? 'fly.toml', ignorefile)]
			: [`${dockerfile.path}.dockerignore`, '.dockerignore'];
	const written = [...(await readTemplates(templates)).keys()];
	const missing = await findMissingSource(dockerfile, ignoreFiles, {
		read: readers.files.read,
		// The plan may write it.
		mode: async path =>
			written.some(name => name === path || name.startsWith(`${path}/`)) ? 0 : readers.files.mode(path),
	});
	if (!missing) return;
	const {path, line, sentence, next} = missing;
	throw new Failure(
		path.endsWith('mix.lock') ? 'build-lock-missing' : 'build-file-missing',
		`${dockerfile.path}, line ${line}: ${sentence}`,
		{hint: `${next} Nothing was changed.`},
	);
}

const otherBuilds = ['image', 'builder', 'buildpacks', 'builtin'];
