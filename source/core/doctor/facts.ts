import * as v from 'valibot';
import type {AppDatabase} from '../elixir/database.ts';
import type {ElixirFacts} from '../elixir/facts.ts';
import {readElixirFacts} from '../elixir/read.ts';
import {type FlyConfig, findDatabasePath, flyConfig, parseFlyToml} from '../fly-toml/config.ts';
import {
	findLine,
	openToml,
	splitByteOrderMark,
	type TomlDocument,
	TomlError,
	type TomlPath,
	writeTomlPath,
} from '../fly-toml/document.ts';
import type {Dockerfile} from '../image/dockerfile.ts';
import {findDockerfile} from '../image/find.ts';
import {readMixRun} from '../image/mix-run.ts';
import {followStart, type StartScript} from '../image/running.ts';
import {markVariables, readSetting} from '../litestream/setting.ts';
import {readYaml, type YamlNode} from '../litestream/yaml.ts';
import {readMixFile} from '../project/mix.ts';
import {readFamilies} from '../project/project.ts';
import {litestreamVersion} from '../project/template.ts';
import {listDatabasePaths, locateDatabase} from '../protection/database.ts';
import {findLitestreamSetup, type LitestreamSetup} from '../protection/litestream-setup.ts';
import {findProtection} from '../protection/protection.ts';
import type {Protection} from '../protection/refusal.ts';
import {type LiteFsFacts, readLiteFs} from './litefs.ts';
import {findLitestreamPins, type LitestreamPin} from './litestream-pins.ts';

/** Everything a rule may check. Plain data read from texts; nothing was run. */
export type DoctorFacts = {
	readonly files: ReadonlyMap<string, string>;
	/** Existing files that could not be read, each with the reason. */
	readonly unread: readonly {readonly path: string; readonly line?: number; readonly why: string}[];
	/** `fly.toml`, or the file that is used in its place. */
	readonly flyTomlPath: string;
	readonly flyToml: FlyTomlFacts | undefined;
	readonly flyTomlFaults: readonly FlyTomlFault[];
	readonly dependencies: ReadonlySet<string>;
	/** The app starts a repo of SQLite in production. */
	readonly hasSqlite: boolean;
	/** Whether Litestream is in the image; without a Dockerfile, whether litestream.yml or a script shows it. */
	readonly usesLitestream: boolean;
	/** How the image runs Litestream; undefined without a Dockerfile. */
	readonly litestreamSetup: LitestreamSetup | undefined;
	/** Present when the image starts LiteFS. */
	readonly liteFs: LiteFsFacts | undefined;
	readonly litestream: LitestreamFacts | undefined;
	readonly litestreamPins: readonly LitestreamPin[];
	/** The one that fly.toml names, else `Dockerfile`. */
	readonly dockerfile: Dockerfile | undefined;
	/** The script that the image starts. */
	readonly entrypoint: StartScript | undefined;
	/** Every script of the project that runs when a machine starts, the first one first. */
	readonly scripts: readonly StartScript[];
	/** What its Elixir says about its deployment; undefined for a folder without mix.exs. */
	readonly elixir: ElixirFacts | undefined;
	/** Where the file of its SQLite database is; undefined without `elixir`. */
	readonly database: AppDatabase | undefined;
	/** A path that answers 200 without login, redirect, or parameter; undefined where none is sure. */
	readonly healthPath: string | undefined;
	/** Names of the app's secrets, with the values of the public ones; undefined when they were not listed. */
	readonly secrets: ReadonlyMap<string, string | undefined> | undefined;
	/** Whether the image replicates a database, or how it would; undefined without templates or mix.exs. */
	readonly protection: Protection | undefined;
};

/** fly.toml as a rule sees it; absent when it could not be read. */
export type FlyTomlFacts = {
	readonly path: string;
	readonly text: string;
	readonly config: FlyConfig;
	/** The plain value, including unknown keys. */
	readonly value: Readonly<Record<string, unknown>>;
	/** Returns the line of a path, or of the table around it; counted from 1. */
	lineOf(path: TomlPath): number;
};

type FlyTomlFault = {
	readonly is: 'syntax' | 'type';
	readonly path: TomlPath;
	readonly line: number;
	readonly problem: string;
	/** The present value, if it has the wrong type. */
	readonly value?: unknown;
};

type LitestreamFacts = StartScript & {readonly databases: readonly LitestreamDatabaseFacts[]};

type LitestreamDatabaseFacts = {
	readonly line: number;
	/** As written, with its variables. */
	readonly path: string;
	readonly replicas: readonly {
		readonly line: number;
		readonly isSingular: boolean;
		readonly node: YamlNode;
	}[];
};

type KnownFacts = {
	/** Of the file that is used in place of fly.toml. */
	readonly flyTomlPath?: string;
	readonly unread?: DoctorFacts['unread'];
	readonly secrets?: DoctorFacts['secrets'];
	/** Milliseconds by a clock that never goes back; limits the time for Elixir. */
	readonly elapsed?: () => number;
	/** Of an earlier reading, so that the code is not read again. */
	readonly elixir?: ElixirFacts;
	/** Of a profile with a volume, as `findProtection` takes them. */
	readonly templates?: ReadonlyMap<string, string>;
};

/**
Reads everything the rules check, from texts alone; no text makes it fail.

@param files - By path from the project's folder: those of `projectFiles` and `projectPatterns`, and what these name.
*/
export function readDoctorFacts(files: ReadonlyMap<string, string>, more: KnownFacts = {}): DoctorFacts {
	const {flyTomlPath = 'fly.toml', elapsed = () => 0} = more;
	const dependencies = listDependencies(files);
	const toml = readTomlFacts(files.get(flyTomlPath), flyTomlPath);
	const config = toml.flyToml?.config;
	const dockerfile = findDockerfile(files, toml.flyToml);
	const elixir =
		more.elixir ??
		(files.has('mix.exs') ? readElixirFacts(files, {...readMixRun(dockerfile, config), elapsed}) : undefined);
	const database = elixir && locateDatabase({elixir, dockerfile, flyConfig: config});
	const running = dockerfile && followStart(dockerfile, files, config);
	const usual = ['rel/entrypoint.sh', 'entrypoint.sh'].find(path => files.has(path));
	const scripts = running?.scripts ?? [];
	const entrypoint =
		scripts.find(({path}) => !path.startsWith('rel/overlays/')) ??
		(usual === undefined ? undefined : {path: usual, text: files.get(usual) ?? ''});
	const litestreamPath = [...files.keys()].find(path => path.endsWith('litestream.yml'));
	const litestream =
		litestreamPath === undefined
			? undefined
			: readLitestreamFacts(litestreamPath, files.get(litestreamPath) ?? '');
	const unreadYaml =
		litestream?.ok === false && litestreamPath !== undefined
			? [{path: litestreamPath, line: litestream.line, why: litestream.why}]
			: [];
	return {
		files,
		unread: [...(more.unread ?? []), ...unreadYaml],
		flyTomlPath,
		...toml,
		dependencies,
		hasSqlite: readFamilies(elixir?.repos ?? [], dependencies).hasSqlite,
		usesLitestream: dockerfile
			? dockerfile.hasLitestream
			: litestreamPath !== undefined || /^[^#\n]*\blitestream\b/m.test(entrypoint?.text ?? ''),
		liteFs: readLiteFs(files, dockerfile, running),
		litestreamSetup:
			dockerfile &&
			findLitestreamSetup(
				{
					files,
					dockerfile,
					flyConfig: config,
					databasePaths: database ? listDatabasePaths(database) : listPaths(config),
				},
				running,
			),
		litestream: litestream?.ok ? litestream.facts : undefined,
		litestreamPins: dockerfile ? findLitestreamPins(dockerfile.text) : [],
		dockerfile,
		entrypoint,
		scripts,
		elixir,
		database,
		healthPath: elixir?.health.path,
		secrets: more.secrets,
		protection:
			more.templates &&
			elixir &&
			findProtection({
				...{files, dockerfile, elixir, flyTomlPath, flyConfig: config, flyTomlText: toml.flyToml?.text},
				...{templates: more.templates, litestreamVersion, image: undefined},
			}),
	};
}

/** The database that fly.toml names, for a folder without code. */
const listPaths = (config: FlyConfig | undefined): readonly string[] => {
	const path = config && findDatabasePath(config);
	return path === undefined ? [] : [path];
};

function listDependencies(files: ReadonlyMap<string, string>): ReadonlySet<string> {
	const sources = [...files].filter(([path]) => /^(?:apps\/[^/]+\/)?mix\.exs$/.test(path));
	return new Set(sources.flatMap(([, source]) => [...(readMixFile(source)?.dependencies ?? [])]));
}

type LitestreamReading =
	| {readonly ok: true; readonly facts: LitestreamFacts}
	| {readonly ok: false; readonly line: number; readonly why: string};

/** Reads a litestream.yml as it is, even where Litestream would reject it. */
function readLitestreamFacts(path: string, text: string): LitestreamReading {
	const reading = readYaml(markVariables(text));
	if (!reading.ok) return {ok: false, line: reading.line, why: reading.problem};
	const databases = listOf(asMap(reading.node)?.get('dbs')).map(readDatabase);
	return {ok: true, facts: {path, text, databases}};
}

function readDatabase(node: YamlNode): LitestreamDatabaseFacts {
	const entries = asMap(node);
	const single = entries?.get('replica');
	const several = listOf(entries?.get('replicas'));
	const path = entries?.get('path');
	return {
		line: node.line,
		path: path?.is === 'text' ? readSetting(path.line, path.text).text : '',
		replicas: [
			...several.map(replica => ({line: replica.line, isSingular: false, node: replica})),
			...(single ? [{line: single.line, isSingular: true, node: single}] : []),
		],
	};
}

const asMap = (node: YamlNode | undefined): ReadonlyMap<string, YamlNode> | undefined =>
	node?.is === 'map' ? node.entries : undefined;

const listOf = (node: YamlNode | undefined): readonly YamlNode[] => (node?.is === 'list' ? node.items : []);

type TomlFacts = {
	readonly flyToml: FlyTomlFacts | undefined;
	readonly flyTomlFaults: readonly FlyTomlFault[];
};

/** Reads fly.toml, or every fault that keeps it from being read. */
export function readTomlFacts(text: string | undefined, path = 'fly.toml'): TomlFacts {
	if (text === undefined) return {flyToml: undefined, flyTomlFaults: []};
	const document = tryOpen(splitByteOrderMark(text).body);
	if (document === undefined) return {flyToml: undefined, flyTomlFaults: [readSyntaxFault(text)]};
	const checked = v.safeParse(flyConfig, document.value);
	if (!checked.success) {
		return {flyToml: undefined, flyTomlFaults: checked.issues.map(issue => readTypeFault(document, issue))};
	}

	const lines = new Map<string, number>();
	const lineOf: FlyTomlFacts['lineOf'] = place => {
		const key = JSON.stringify(place);
		const line = lines.get(key) ?? findLine(document, place);
		lines.set(key, line);
		return line;
	};
	const value = document.value as Readonly<Record<string, unknown>>;
	return {flyToml: {path, text, config: checked.output, value, lineOf}, flyTomlFaults: []};
}

/** Returns `undefined` for invalid TOML. */
function tryOpen(body: string): TomlDocument | undefined {
	try {
		return openToml(body);
	} catch (error) {
		if (error instanceof TomlError) return undefined;
		throw error;
	}
}

function readSyntaxFault(text: string): FlyTomlFault {
	const reading = parseFlyToml(text);
	if (reading.ok) throw new Error('fly.toml is readable after all.');
	return {is: 'syntax', path: [], line: reading.line, problem: reading.problem};
}

function readTypeFault(document: TomlDocument, issue: v.BaseIssue<unknown>): FlyTomlFault {
	const path = (issue.path ?? []).flatMap(({key}) =>
		typeof key === 'string' || typeof key === 'number' ? [key] : [],
	);
	return {
		is: 'type',
		path,
		line: findLine(document, path),
		problem: `${writeTomlPath(path)} ${issue.message}.`,
		value: issue.input,
	};
}
