import {isCopied} from '../image/dockerfile.ts';
import type {FileChange} from './files.ts';
import {fillTemplate} from './placeholders.ts';
import type {ProjectFacts} from './project.ts';

/** The answers that fill the templates. */
type TemplateOptions = {
	readonly app: string;
	readonly primaryRegion: string;
	/** The public host; `<app>.fly.dev` without a domain. */
	readonly phxHost: string;
	readonly mount: {readonly source: string; readonly destination: string} | undefined;
	readonly volumeSizeGb: number;
	readonly vmSize: string;
	readonly vmMemoryMb: number;
	readonly swapMb: number;
};

const purposes: ReadonlyMap<string, string> = new Map([
	['Dockerfile', 'builds and runs the release; the app has no Dockerfile'],
	['.dockerignore', 'keeps local builds, databases, and .env files out of the image'],
	['fly.toml', 'tells Fly how to run the app; the app has no fly.toml'],
	['etc/litestream.yml', 'tells Litestream what to replicate, and where'],
	['rel/entrypoint.sh', 'restores an empty volume, then runs the app under Litestream'],
	['rel/overlays/bin/server', 'starts the release with its web server; the image runs it'],
]);

/**
Returns the files the project lacks, filled in. Existing files are never changed, and an app with its own Dockerfile gets
only what that Dockerfile copies or starts.

@param templates - The texts of one folder of `templates/`, by their path in it.
*/
export function planTemplateFiles(
	facts: ProjectFacts,
	options: TemplateOptions,
	templates: ReadonlyMap<string, string>,
): readonly FileChange[] {
	const values = readTemplateValues(facts, options);
	return [...templates]
		.map(([templatePath, text]) => ({path: toProjectPath(templatePath), text}))
		.filter(({path}) => isNeeded(facts, path, templates))
		.map(({path, text}) => ({
			path,
			after: fillTemplate(text, values),
			mode: /^#!/.test(text) ? 0o755 : 0o644,
			why: purposes.get(path) ?? 'needed to build the image',
		}))
		.sort((left, right) => (left.path < right.path ? -1 : 1));
}

const largestVolumeGb = 500;

/** The image's name contains Debian's date; both stages use the same one, so that they share a libc. */
const debianVersion = 'bookworm-20260824-slim';

/** The one that our Dockerfile, and our lines in yours, bring into the image. */
export const litestreamVersion = '0.5.17';

function readTemplateValues(facts: ProjectFacts, options: TemplateOptions): Readonly<Record<string, string>> {
	const {versions, releaseName, appName} = facts;
	const folder = options.mount?.destination ?? '/data';
	return {
		...readAssetSteps(facts),
		APP_NAME: options.app,
		PRIMARY_REGION: options.primaryRegion,
		PHX_HOST: options.phxHost,
		VOLUME_NAME: options.mount?.source ?? `${appName}_data`,
		MOUNT_DESTINATION: folder,
		VOLUME_SIZE_GB: String(options.volumeSizeGb),
		VOLUME_LIMIT_GB: String(Math.min(largestVolumeGb, Math.max(10, options.volumeSizeGb * 2))),
		DATABASE_PATH: `${folder.replace(/\/+$/, '')}/${appName}_prod.db`,
		VM_SIZE: options.vmSize,
		VM_MEMORY_MB: String(options.vmMemoryMb),
		SWAP_MB: String(options.swapMb),
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

/** Returns the Dockerfile's lines for assets; those that do not apply are empty and dropped. */
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

/** Returns whether a template file is missing in the project and something would use it. */
function isNeeded(facts: ProjectFacts, path: string, templates: ReadonlyMap<string, string>): boolean {
	const {files, dockerfile, litestreamPath, entrypointPath} = facts;
	if (files.has(path) || (path === 'Dockerfile' && dockerfile)) return false;
	if (path === 'etc/litestream.yml' && litestreamPath) return false;
	if (path === 'fly.toml') return !facts.flyToml;
	if (!dockerfile) return true;
	// A new .dockerignore could exclude files that a build needs.
	if (path === '.dockerignore' || !isCopied(dockerfile, path)) return false;
	if (path === 'etc/litestream.yml') return dockerfile.hasLitestream;
	if (path === 'rel/entrypoint.sh') return dockerfile.text.includes('entrypoint.sh');
	if (path !== 'rel/overlays/bin/server') return true;
	const usesTemplate = isNeeded(facts, 'rel/entrypoint.sh', templates);
	const entrypoint = entrypointPath
		? files.get(entrypointPath)
		: usesTemplate && templates.get('rel/entrypoint.sh');
	return `${dockerfile.starts}\n${entrypoint || ''}`.includes('bin/server');
}

/** Files whose real names npm would leave out of a package or read as its own settings. */
const dotFiles: ReadonlyMap<string, string> = new Map([
	['_dockerignore', '.dockerignore'],
	['_gitignore', '.gitignore'],
	['_tool-versions', '.tool-versions'],
	['_formatter.exs', '.formatter.exs'],
]);

/** Returns where a file of `templates/` goes in a project: its path with the dot restored. */
export const toProjectPath = (templatePath: string): string =>
	templatePath.replace(/[^/]+$/, name => dotFiles.get(name) ?? name);
