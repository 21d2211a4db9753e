import type {ElixirFacts} from '../elixir/facts.ts';
import {readElixirFacts} from '../elixir/read.ts';
import {type FlyConfig, findDatabasePath, parseFlyToml} from '../fly-toml/config.ts';
import type {Dockerfile} from '../image/dockerfile.ts';
import {findDockerfile} from '../image/find.ts';
import {readMixRun} from '../image/mix-run.ts';
import {listMachineVariables} from '../image/variables.ts';
import {isProjectFile} from './files.ts';
import {chooseElixirVersions, type ElixirVersions, type MixFile, readMixFile} from './mix.ts';
import {listSecretReads, type SecretRead} from './secret-reads.ts';

type ProjectReading =
	| {readonly ok: true; readonly facts: ProjectFacts}
	| {
			readonly ok: false;
			readonly problem: string;
			/** The place, when it is a line of fly.toml; counted from 1. */
			readonly place?: {readonly path: string; readonly line: number; readonly column: number};
	  };

/** The configuration that flyctl reads: `fly.toml`, or the file that is used in its place. */
type FlyTomlFile = {
	/** From the project's folder, with `/`. */
	readonly path: string;
	readonly text: string;
	readonly config: FlyConfig;
};

/** What the files of a folder show about its app, without running anything. */
export type ProjectFacts = {
	readonly appName: string;
	readonly releaseName: string;
	readonly isUmbrella: boolean;
	readonly elixirRequirement?: string;
	readonly versions: ElixirVersions;
	/** Of the app, or of all apps of an umbrella. */
	readonly dependencies: ReadonlySet<string>;
	readonly hasSqlite: boolean;
	readonly hasPostgres: boolean;
	readonly hasAssetsAlias: boolean;
	readonly hasAssetsSetup: boolean;
	readonly hasPackageJson: boolean;
	readonly hasPackageLock: boolean;
	/** The one that fly.toml names, else `Dockerfile`. */
	readonly dockerfile?: Dockerfile;
	readonly litestreamPath?: string;
	readonly entrypointPath?: string;
	/** Undefined for an app without LiveView. */
	readonly liveSocketPath?: string;
	/** A path that should return 200; `/` when the app has no health check path. */
	readonly healthPath: string;
	readonly databasePath?: string;
	/** The version number of the newest migration, as in schema_migrations. */
	readonly newestMigration?: string;
	readonly flyToml?: FlyTomlFile;
	/** What its Elixir code says about its deployment. */
	readonly elixir: ElixirFacts;
	/** Variables you must set, by name; none where the app's own code was not read. */
	readonly secretReads: readonly SecretRead[];
	/** Those that describe the deployment. */
	readonly files: ReadonlyMap<string, string>;
};

type ReadingOptions = {
	/** The file that is used in place of fly.toml. */
	readonly flyTomlPath?: string;
	/** Milliseconds by a clock that never goes back; limits the time for Elixir. */
	readonly elapsed?: () => number;
	/** Of an earlier reading, so that the code is not read again. */
	readonly elixir?: ElixirFacts;
};

/**
Reads a project from the texts of its files.

@param files - By path from the project's folder, with `/`; those of `projectFiles` and `projectPatterns` that
exist, and what these name.
*/
export function readProject(
	files: ReadonlyMap<string, string>,
	{flyTomlPath = 'fly.toml', ...options}: ReadingOptions = {},
): ProjectReading {
	const mixSource = files.get('mix.exs');
	if (mixSource === undefined)
		return {ok: false, problem: 'There is no mix.exs, so this is not an Elixir project.'};
	const mix = readMixFile(mixSource);
	if (!mix) return {ok: false, problem: 'mix.exs does not define an app, so there is no release to build.'};
	const dependencies = listDependencies(mix, files);
	if (!dependencies.has('phoenix')) {
		return {ok: false, problem: 'mix.exs does not depend on phoenix: this is not a Phoenix app.'};
	}
	const flyToml = readFlyToml(flyTomlPath, files.get(flyTomlPath));
	if (flyToml && !flyToml.ok) return flyToml;
	const facts = readFacts(mix, dependencies, files, flyToml?.file, options);
	if (mix.isUmbrella && !facts.dockerfile) {
		const problem =
			'This is an umbrella project without a Dockerfile; the one made here fits a single app only. Add a Dockerfile that builds your release, then run it again.';
		return {ok: false, problem};
	}
	return {ok: true, facts};
}

/** Lists the dependencies of the app, or of all apps of an umbrella. */
function listDependencies(mix: MixFile, files: ReadonlyMap<string, string>): ReadonlySet<string> {
	if (!mix.isUmbrella) return mix.dependencies;
	const apps = [...files].filter(([path]) => /^apps\/[^/]+\/mix\.exs$/.test(path));
	return new Set(
		[mix, ...apps.map(([, source]) => readMixFile(source))].flatMap(app => [...(app?.dependencies ?? [])]),
	);
}

function readFlyToml(path: string, text: string | undefined) {
	if (text === undefined) return undefined;
	const reading = parseFlyToml(text);
	if (reading.ok) return {ok: true, file: {path, text, config: reading.config}} as const;
	const {line, column, problem} = reading;
	return {
		ok: false,
		problem: `${path}, line ${line}, column ${column}: ${problem}`,
		place: {path, line, column},
	} as const;
}

function readFacts(
	mix: MixFile,
	dependencies: ReadonlySet<string>,
	files: ReadonlyMap<string, string>,
	flyToml: ProjectFacts['flyToml'],
	{elapsed = () => 0, elixir: earlier}: ReadingOptions,
): ProjectFacts {
	const dockerfile = findDockerfile(files, flyToml);
	const elixir = earlier ?? readElixirFacts(files, {...readMixRun(dockerfile, flyToml?.config), elapsed});
	const litestreamPath = findFirst(
		files,
		[...files.keys()].filter(path => path.endsWith('litestream.yml')),
	);
	return {
		appName: mix.app,
		releaseName: mix.release,
		isUmbrella: mix.isUmbrella,
		...optional('elixirRequirement', mix.elixirRequirement),
		versions: chooseElixirVersions(files, mix.elixirRequirement),
		dependencies,
		...readFamilies(elixir.repos, dependencies),
		hasAssetsAlias: mix.aliases.has('assets.deploy'),
		hasAssetsSetup: mix.aliases.has('assets.setup'),
		hasPackageJson: files.has('assets/package.json'),
		hasPackageLock: files.has('assets/package-lock.json'),
		...optional('dockerfile', dockerfile),
		...optional('litestreamPath', litestreamPath),
		...optional('entrypointPath', findFirst(files, ['rel/entrypoint.sh', 'entrypoint.sh'])),
		...optional('liveSocketPath', elixir.endpoint.liveSocketPath),
		healthPath: elixir.health.path ?? '/',
		...optional('databasePath', flyToml && findDatabasePath(flyToml.config)),
		...optional('newestMigration', findNewestMigration(files)),
		...optional('flyToml', flyToml),
		elixir,
		secretReads: listSecretReads(elixir, listMachineVariables(dockerfile, flyToml?.config)),
		files: new Map([...files].filter(([path]) => isProjectFile(path) || path === flyToml?.path)),
	};
}

/** The repos that the app starts decide; without any repo in the code, its dependencies. */
export function readFamilies(
	repos: ElixirFacts['repos'],
	dependencies: ReadonlySet<string>,
): Pick<ProjectFacts, 'hasSqlite' | 'hasPostgres'> {
	if (repos.length === 0) {
		const hasSqlite = dependencies.has('ecto_sqlite3') || dependencies.has('exqlite');
		return {hasSqlite, hasPostgres: !hasSqlite && dependencies.has('postgrex')};
	}

	const started = repos.filter(({isStarted}) => isStarted !== 'no').map(({family}) => family);
	return {hasSqlite: started.includes('sqlite'), hasPostgres: started.includes('postgres')};
}

const findFirst = (files: ReadonlyMap<string, string>, paths: readonly string[]): string | undefined =>
	paths.find(path => files.has(path));

const optional = <Key extends string, Value>(key: Key, value: Value | undefined | '') =>
	(value === undefined || value === '' ? {} : {[key]: value}) as {[Name in Key]?: Value};

const findNewestMigration = (files: ReadonlyMap<string, string>): string | undefined =>
	[...files.keys()]
		.flatMap(path => /priv\/repo\/migrations\/(\d{14})_[^/]*\.exs$/.exec(path)?.[1] ?? [])
		.sort()
		.at(-1);
