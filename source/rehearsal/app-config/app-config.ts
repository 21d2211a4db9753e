export type Json = Readonly<Record<string, unknown>>;

export type Mount = {
	readonly source: string;
	readonly destination: string;
	readonly initialSizeGb?: number;
	readonly snapshotRetention?: number;
};

export type Guest = {readonly cpu_kind: string; readonly cpus: number; readonly memory_mb: number};

/** A fly.toml as flyctl reads it: other spellings folded, values checked only by `findProblems`. */
export type AppConfig = {
	readonly path: string;
	readonly app: string;
	readonly primaryRegion: string;
	readonly env: Readonly<Record<string, string>>;
	readonly mounts: readonly Mount[];
	/** `[http_service]` first, then `[[services]]`, as the Machines API takes them. */
	readonly services: readonly Json[];
	readonly hasHttpService: boolean;
	readonly guest: Guest;
	readonly processes: readonly string[];
	readonly build: Json;
	readonly tree: Json;
};
