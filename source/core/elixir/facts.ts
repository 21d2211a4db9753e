/** Whether something holds in production; `maybe` where only running the code would tell. */
export type Certainty = 'yes' | 'no' | 'maybe';

/** A line of a file, counted from 1. */
export type Place = {readonly path: string; readonly line: number};

/** What an app's Elixir code says about its deployment, read by its grammar. Nothing was run. */
export type ElixirFacts = {
	/** The MIX_ENV of the image, which the facts hold for. */
	readonly mixEnv: string;
	readonly repos: readonly Repo[];
	readonly migrations: Migrations;
	/** Modules that the supervision tree starts, or may start. */
	readonly started: readonly string[];
	/** Each place that reads a variable of the environment, in any MIX_ENV and phase. */
	readonly environment: readonly EnvironmentRead[];
	/** Reads of a variable whose name only running the code would tell. */
	readonly unnamedReads: readonly Place[];
	/** Every `config :app, Module, key: value` that may hold; the last one of a key wins. */
	readonly settings: readonly ElixirSetting[];
	readonly endpoint: EndpointFacts;
	readonly routes: readonly Route[];
	readonly health: HealthFacts;
	/** Places that write files, such as uploads. */
	readonly fileWrites: readonly FileWrite[];
	/** Such as `Swoosh.Adapters.Local`; undefined without a mailer in production. */
	readonly mailAdapter: (Place & {readonly name: string}) | undefined;
	/** Files that the facts asked for until now need and that could not be read whole: what they lack proves nothing. */
	readonly unread: readonly {readonly path: string; readonly why: string}[];
};

export type Repo = Place & {
	readonly module: string;
	readonly family: 'sqlite' | 'postgres' | 'mysql' | 'memory' | 'other';
	/** As written: `Ecto.Adapters.SQLite3`. */
	readonly adapter: string;
	/** Whether the supervision tree starts it. */
	readonly isStarted: Certainty;
	/** Where its database is: the setting that wins in production. */
	readonly database: DatabaseSetting | undefined;
	readonly poolSize: NumberSetting | undefined;
};

export type DatabaseSetting = Place & {
	readonly key: 'database' | 'url';
	/** The path or URL, joined from these parts; undefined where it is computed in another way. */
	readonly parts: readonly TextPart[] | undefined;
	/** As written. */
	readonly text: string;
};

export type TextPart =
	| {readonly is: 'literal'; readonly text: string}
	| {
			readonly is: 'variable';
			readonly name: string;
			readonly isRequired: boolean;
			/** The default, when it is a literal. */
			readonly fallback: string | undefined;
	  };

/** A number that a variable of the environment can set. */
export type NumberSetting = Place & {
	readonly variable: string | undefined;
	/** The literal or the default; undefined where it cannot be told. */
	readonly value: number | undefined;
};

/** Whether the app migrates its database when a release starts. */
export type Migrations = {
	readonly atBoot: Certainty;
	/** The child `Ecto.Migrator`, or the call in `start/2`. */
	readonly place: Place | undefined;
	/** The condition that skips it in a release, as written. */
	readonly skip: string | undefined;
};

export type EnvironmentRead = Place & {
	readonly name: string;
	/** `required` raises or crashes without it; `default` has a literal or computed default. */
	readonly need: 'required' | 'optional' | 'default';
	readonly fallback: string | undefined;
	/** When it is read: while the image is built, when the release starts, or while it runs. */
	readonly phase: 'build' | 'boot' | 'request';
	/** Whether it is read in production at all: the conditions around it. */
	readonly holds: Certainty;
	/** The condition around it that cannot be told, as written. */
	readonly condition: string | undefined;
};

/** One `key: value` of a `config :app, Module, …`. */
export type ElixirSetting = Place & {
	/** As written: `:wisp`. */
	readonly app: string;
	/** `WispWeb.Endpoint`, in full; empty for settings of the app itself. */
	readonly module: string;
	readonly key: string;
	/** As written, possibly several lines. */
	readonly value: string;
	/** A literal text, number, boolean or nil, as text; undefined for anything else. */
	readonly literal: string | undefined;
	/** Before the release is built, or when it starts. */
	readonly phase: 'build' | 'boot';
	readonly holds: Certainty;
};

export type EndpointFacts = {
	readonly modules: readonly string[];
	/** The port of `http:`. */
	readonly port: NumberSetting | undefined;
	/** `host:` of `url:`. */
	readonly urlHost: DatabaseSetting | undefined;
	/** The path of LiveView's socket, such as `/live`; undefined for an app without LiveView. */
	readonly liveSocketPath: string | undefined;
};

export type Route = {
	/** Of the router's file. */
	readonly line: number;
	readonly file: string;
	/** `get`, `live`, `forward`, …; `macro` for one that a library's macro makes. */
	readonly verb: string;
	readonly path: string;
	readonly hasParameters: boolean;
	/** What may stop an anonymous visitor: plugs and hooks by name. */
	readonly stops: readonly string[];
	readonly answer: 'shows' | 'redirects' | 'may redirect' | 'unknown';
	/** The host that its scope requires. */
	readonly host: string | undefined;
	/** Whether it exists in production. */
	readonly holds: Certainty;
};

export type HealthFacts = {
	/** A path that answers 200 without login, redirect or parameter; undefined where none is sure. */
	readonly path: string | undefined;
	/** Why there is none, or why `/` is not it; one sentence. */
	readonly why: string | undefined;
};

export type FileWrite = Place & {
	/** `File.cp!`. */
	readonly call: string;
	/** As written, variables followed. */
	readonly target: string;
	readonly root: 'temporary' | 'configured' | 'in the image' | 'absolute' | 'unknown';
};
