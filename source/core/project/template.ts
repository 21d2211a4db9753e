import {isCopied} from './dockerfile.ts';
import type {FileChange} from './files.ts';
import {fillTemplate} from './placeholders.ts';
import type {ProjectFacts} from './project.ts';

/** The answers that templates are filled with. */
type TemplateWishes = {
	readonly app: string;
	readonly primaryRegion: string;
	/** The host people will use; `<app>.fly.dev` without a domain. */
	readonly phxHost: string;
	readonly mount: {readonly source: string; readonly destination: string} | undefined;
	readonly volumeSizeGb: number;
	readonly vmSize: string;
	readonly vmMemoryMb: number;
	readonly swapMb: number;
};

const purposes: ReadonlyMap<string, string> = new Map([
	['Dockerfile', 'builds the release and runs it; the app has none'],
	['.dockerignore', 'keeps local builds, databases and .env files out of the image'],
	['fly.toml', 'tells Fly how to run the app; the app has none'],
	['etc/litestream.yml', 'tells Litestream what to replicate, and where to'],
	['rel/entrypoint.sh', 'restores an empty volume, then runs the app under Litestream'],
	['rel/overlays/bin/server', 'starts the release with its web server on; the image runs it'],
]);

/**
The files the project lacks, filled for it. What exists is never touched, and an app with a Dockerfile of its own gets
only what that Dockerfile copies or starts.

@param templates - The texts below one folder of `templates/`, by their path in it.
*/
export function planTemplateFiles(
	facts: ProjectFacts,
	wishes: TemplateWishes,
	templates: ReadonlyMap<string, string>,
): readonly FileChange[] {
	const values = readTemplateValues(facts, wishes);
	return [...templates]
		.map(([templatePath, text]) => ({path: toProjectPath(templatePath), text}))
		.filter(({path}) => isNeeded(facts, path, templates))
		.map(({path, text}) => ({
			path,
			after: fillTemplate(text, values),
			mode: /^#!/.test(text) ? 0o755 : 0o644,
			why: purposes.get(path) ?? 'the image is built with it',
		}))
		.sort((left, right) => (left.path < right.path ? -1 : 1));
}

const largestVolumeGb = 500;

/** Debian's date is part of the image's name; both stages use the same one, so that they share a libc. */
const debianVersion = 'bookworm-20260824-slim';

const litestreamVersion = '0.5.17';

function readTemplateValues(facts: ProjectFacts, wishes: TemplateWishes): Readonly<Record<string, string>> {
	const {versions, releaseName, appName} = facts;
	const folder = wishes.mount?.destination ?? '/data';
	return {
		...readAssetSteps(facts),
		APP_NAME: wishes.app,
		PRIMARY_REGION: wishes.primaryRegion,
		PHX_HOST: wishes.phxHost,
		VOLUME_NAME: wishes.mount?.source ?? `${appName}_data`,
		MOUNT_DESTINATION: folder,
		VOLUME_SIZE_GB: String(wishes.volumeSizeGb),
		VOLUME_LIMIT_GB: String(Math.min(largestVolumeGb, Math.max(10, wishes.volumeSizeGb * 2))),
		DATABASE_PATH: `${folder.replace(/\/+$/, '')}/${appName}_prod.db`,
		VM_SIZE: wishes.vmSize,
		VM_MEMORY_MB: String(wishes.vmMemoryMb),
		SWAP_MB: String(wishes.swapMb),
		HEALTH_PATH: facts.healthPath,
		RELEASE_NAME: releaseName,
		ELIXIR_VERSION: versions.elixir,
		OTP_VERSION: versions.erlang,
		DEBIAN_VERSION: debianVersion,
		LITESTREAM_VERSION: litestreamVersion,
		LITESTREAM_YML: facts.litestreamPath ?? 'etc/litestream.yml',
		ENTRYPOINT: facts.entrypointPath ?? 'rel/entrypoint.sh',
	};
}

/** The Dockerfile's lines for assets; those that do not apply are empty and go away. */
function readAssetSteps(facts: ProjectFacts): Readonly<Record<string, string>> {
	const {hasPackageJson, hasPackageLock, hasAssetsSetup, hasAssetsAlias} = facts;
	const packages = hasPackageLock ? 'assets/package.json assets/package-lock.json' : 'assets/package.json';
	const install = hasPackageLock ? 'npm ci' : 'npm install';
	return {
		NODE_PACKAGES: hasPackageJson ? ' nodejs npm' : '',
		COPY_PACKAGES: hasPackageJson ? `COPY ${packages} assets/` : '',
		INSTALL_PACKAGES: hasPackageJson ? `RUN ${install} --prefix assets --no-audit --no-fund` : '',
		THEN_SETUP_ASSETS: hasAssetsSetup ? ' && mix assets.setup' : '',
		COPY_ASSETS: hasAssetsAlias ? 'COPY assets assets' : '',
		DEPLOY_ASSETS: hasAssetsAlias ? 'RUN mix assets.deploy' : '',
	};
}

/** Whether a file of the templates is missing here and something would use it. */
function isNeeded(facts: ProjectFacts, path: string, templates: ReadonlyMap<string, string>): boolean {
	const {files, dockerfile, litestreamPath, entrypointPath} = facts;
	if (files.has(path) || (path === 'Dockerfile' && dockerfile)) return false;
	if (path === 'etc/litestream.yml' && litestreamPath) return false;
	if (path === 'fly.toml') return true;
	if (!dockerfile) return true;
	// A new .dockerignore could take away files that a build relies on.
	if (path === '.dockerignore' || !isCopied(dockerfile, path)) return false;
	if (path === 'etc/litestream.yml') return dockerfile.hasLitestream;
	if (path === 'rel/entrypoint.sh') return dockerfile.text.includes('entrypoint.sh');
	if (path !== 'rel/overlays/bin/server') return true;
	const usesOurs = isNeeded(facts, 'rel/entrypoint.sh', templates);
	const entrypoint = entrypointPath
		? files.get(entrypointPath)
		: usesOurs && templates.get('rel/entrypoint.sh');
	return `${dockerfile.starts}\n${entrypoint || ''}`.includes('bin/server');
}

/** Files whose real names npm would leave out of a package or take as its own settings. */
const dotFiles: ReadonlyMap<string, string> = new Map([
	['_dockerignore', '.dockerignore'],
	['_gitignore', '.gitignore'],
	['_tool-versions', '.tool-versions'],
	['_formatter.exs', '.formatter.exs'],
]);

/** Where a file of `templates/` goes in a project: its own path, with the dot back. */
export const toProjectPath = (templatePath: string): string =>
	templatePath.replace(/[^/]+$/, name => dotFiles.get(name) ?? name);
