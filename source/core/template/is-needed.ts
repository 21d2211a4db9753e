import {isCopied} from '../project/dockerfile.ts';
import type {ProjectFacts} from '../project/project.ts';

/** Whether a file of the templates is missing here and something would use it. */
export function isNeeded(
	project: ProjectFacts,
	path: string,
	templates: ReadonlyMap<string, string>,
): boolean {
	const {files, dockerfile, litestreamPath, entrypointPath} = project;
	if (files.has(path) || (path === 'Dockerfile' && dockerfile)) return false;
	if (path === 'etc/litestream.yml' && litestreamPath) return false;
	if (path === 'fly.toml') return true;
	if (!dockerfile) return true;
	// A new .dockerignore could take away files that a build relies on.
	if (path === '.dockerignore' || !isCopied(dockerfile, path)) return false;
	if (path === 'etc/litestream.yml') return dockerfile.hasLitestream;
	if (path === 'rel/entrypoint.sh') return dockerfile.text.includes('entrypoint.sh');
	if (path !== 'rel/overlays/bin/server') return true;
	const usesOurs = isNeeded(project, 'rel/entrypoint.sh', templates);
	const entrypoint = entrypointPath
		? files.get(entrypointPath)
		: usesOurs && templates.get('rel/entrypoint.sh');
	return `${dockerfile.starts}\n${entrypoint || ''}`.includes('bin/server');
}
