import {openProjectFiles} from '../../source/adapters/project-files.ts';
import {listProjectFiles, readTexts} from '../../source/adapters/project-texts.ts';
import type {ElixirFacts, ElixirSetting, Repo, TextPart} from '../../source/core/elixir/facts.ts';
import {readProject} from '../../source/core/project/project.ts';

/** What is in `facts.json`, by hand. `null` is «there is none»; a missing key is «cannot be told». */
export type Facts = Readonly<Record<string, Fact>>;

type Fact = string | number | boolean | null | readonly string[];

/** Reads the facts of a project as phxfly does, in the form of `facts.json`; undefined when phxfly refuses the folder. */
export async function readFacts(folder: string): Promise<Facts | undefined> {
	const files = openProjectFiles(folder);
	const {files: texts} = await readTexts(folder, files, await listProjectFiles(folder, files));
	const reading = readProject(texts);
	if (!reading.ok) return undefined;
	const {elixir, hasSqlite, hasPostgres, dependencies, liveSocketPath} = reading.facts;
	const repo = findRepo(elixir, hasSqlite ? 'sqlite' : 'postgres');
	const {port, urlHost} = elixir.endpoint;
	return dropUnknown({
		family: [hasSqlite && 'sqlite', hasPostgres && 'postgres'].filter(Boolean).join(' and ') || 'none',
		database: repo ? describeText(repo.database?.parts) : null,
		'migrates at boot': hasSqlite || hasPostgres ? tell(elixir.migrations.atBoot) : null,
		required: listRequired(elixir),
		'health path': elixir.health.path ?? null,
		'LiveView socket': liveSocketPath ?? null,
		force_ssl: describeForceSsl(elixir),
		check_origin: describeCheckOrigin(elixir),
		'url host': describeText(urlHost?.parts),
		// Without a default in the code, fly.toml has to set the variable.
		port: port?.value ?? (port?.variable ? null : undefined),
		'pool size': repo ? repo.poolSize?.value : null,
		mailer: elixir.mailAdapter?.name.split('.').at(-1) ?? null,
		clustering: ['dns_cluster', 'libcluster'].filter(name => dependencies.has(name)),
		'keeps files': elixir.fileWrites.some(({root}) => root === 'configured' || root === 'absolute'),
	});
}

const dropUnknown = (facts: Readonly<Record<string, Fact | undefined>>): Facts =>
	Object.fromEntries(
		Object.entries(facts).flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]])),
	);

const findRepo = ({repos}: ElixirFacts, family: string): Repo | undefined =>
	repos.find(repo => repo.family === family && repo.isStarted !== 'no');

const tell = (certainty: string): boolean | undefined =>
	certainty === 'maybe' ? undefined : certainty === 'yes';

/** `DATABASE_PATH`, `PORT or 4000`, `dir + "/app.db"` */
const describeText = (parts: readonly TextPart[] | undefined): string | undefined =>
	parts
		?.map(part =>
			part.is === 'literal' ? part.text : [part.name, part.fallback].filter(Boolean).join(' or '),
		)
		.join('');

const listRequired = ({environment}: ElixirFacts): readonly string[] => [
	...new Set(
		environment
			.filter(({need, phase, holds}) => need === 'required' && phase === 'boot' && holds === 'yes')
			.map(({name}) => name)
			.sort(),
	),
];

const listEndpointSettings = ({settings, endpoint}: ElixirFacts, name: string): readonly ElixirSetting[] =>
	settings.filter(({key, module}) => key === name && endpoint.modules.includes(module));

function describeForceSsl(elixir: ElixirFacts): string | null {
	const setting = listEndpointSettings(elixir, 'force_ssl').at(-1);
	return setting ? (setting.phase === 'build' ? 'compile time' : 'runtime') : null;
}

function describeCheckOrigin(elixir: ElixirFacts): string | null {
	const setting = listEndpointSettings(elixir, 'check_origin').at(-1);
	if (!setting) return null;
	return setting.value.startsWith('[') ? 'list' : setting.value;
}
