import type {FlyConfig} from '../fly-toml/config.ts';
import type {TomlPath} from '../fly-toml/document.ts';
import type {YamlNode} from '../litestream/yaml.ts';
import type {DockerfileFacts} from '../project/dockerfile.ts';
import type {ElixirFile} from '../project/elixir.ts';

/** fly.toml as a trap sees it; there only when it could be read. */
export type FlyTomlFacts = {
	readonly text: string;
	readonly config: FlyConfig;
	/** The plain value, keys that nobody knows included. */
	readonly value: Readonly<Record<string, unknown>>;
	/** Where a path stands, or the table around it; counted from 1. */
	lineOf(path: TomlPath): number;
};

export type FlyTomlFault = {
	readonly is: 'syntax' | 'type';
	readonly path: TomlPath;
	readonly line: number;
	readonly problem: string;
	/** What is there, where it is of the wrong type. */
	readonly value?: unknown;
};

export type TextFile = {readonly path: string; readonly text: string};

export type LitestreamDatabaseFacts = {
	readonly line: number;
	/** As written, with its variables. */
	readonly path: string;
	readonly replicas: readonly {
		readonly line: number;
		readonly isSingular: boolean;
		readonly node: YamlNode;
	}[];
};

export type LitestreamFacts = TextFile & {readonly databases: readonly LitestreamDatabaseFacts[]};

/** Where the Dockerfile names a release of Litestream, or that no line of it does. */
export type LitestreamPin = {
	readonly line: number;
	readonly version: string | undefined;
	readonly text: string;
};

/** Everything a trap may look at. Plain data read from texts; nothing was run. */
export type TrapFacts = {
	readonly files: ReadonlyMap<string, string>;
	/** Files that are there and could not be read, each with the reason. */
	readonly unread: readonly {readonly path: string; readonly line?: number; readonly why: string}[];
	readonly flyToml: FlyTomlFacts | undefined;
	readonly flyTomlFaults: readonly FlyTomlFault[];
	readonly dependencies: ReadonlySet<string>;
	readonly hasSqlite: boolean;
	/** As the Dockerfile's files say: yml, image or entrypoint name it. */
	readonly usesLitestream: boolean;
	readonly litestream: LitestreamFacts | undefined;
	readonly litestreamPins: readonly LitestreamPin[];
	readonly dockerfile: DockerfileFacts | undefined;
	/** The script that the image starts. */
	readonly entrypoint: TextFile | undefined;
	/** config/ and lib/, comments blanked. */
	readonly elixir: readonly ElixirFile[];
	readonly healthPath: string;
	/** Names of the app's secrets, with the values of those that are none in meaning; undefined when nobody listed them. */
	readonly secrets: ReadonlyMap<string, string | undefined> | undefined;
};
