import type {ProjectFacts} from '../project/project.ts';

/** The answers that templates are filled with. */
export type TemplateWishes = {
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

/** Debian's date is part of the image's name; both stages use the same one, so that they share a libc. */
const debianVersion = 'bookworm-20260824-slim';
const largestVolumeGb = 500;
const litestreamVersion = '0.5.17';

export function readTemplateValues(
	project: ProjectFacts,
	wishes: TemplateWishes,
): Readonly<Record<string, string>> {
	const {versions, releaseName, appName} = project;
	const folder = wishes.mount?.destination ?? '/data';
	return {
		...readAssetSteps(project),
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
		HEALTH_PATH: project.healthPath,
		RELEASE_NAME: releaseName,
		ELIXIR_VERSION: versions.elixir,
		OTP_VERSION: versions.erlang,
		DEBIAN_VERSION: debianVersion,
		LITESTREAM_VERSION: litestreamVersion,
		LITESTREAM_YML: project.litestreamPath ?? 'etc/litestream.yml',
		ENTRYPOINT: project.entrypointPath ?? 'rel/entrypoint.sh',
	};
}

/** The Dockerfile's lines for assets; those that do not apply are empty and go away. */
function readAssetSteps(project: ProjectFacts): Readonly<Record<string, string>> {
	const {hasPackageJson, hasPackageLock, hasAssetsSetup, hasAssetsAlias} = project;
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
