export function asTable(value: unknown): Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** `[mounts]` and `[[mounts]]` alike. */
export function asList(value: unknown): readonly Json[] {
	if (Array.isArray(value)) return value.map(asTable);
	return value === undefined ? [] : [asTable(value)];
}

/** `1`, `"1"`, `"1gb"`, `"1024mb"`, in gigabytes. */
export function readGigabytes(value: unknown): number | undefined {
	const [, digits, unit = 'gb'] = /^(\d+)\s*([a-z]*)$/i.exec(String(value ?? '')) ?? [];
	if (digits === undefined) return undefined;
	return /^m/i.test(unit) ? Math.floor(Number(digits) / 1024) : Number(digits);
}

/** `512`, `"512"`, `"512mb"`, `"1gb"`, in megabytes. */
export function readMegabytes(value: unknown): number | undefined {
	const [, digits, unit = 'mb'] = /^(\d+)\s*([a-z]*)$/i.exec(String(value ?? '')) ?? [];
	if (digits === undefined) return undefined;
	return /^g/i.test(unit) ? Number(digits) * 1024 : Number(digits);
}

export type Json = Readonly<Record<string, unknown>>;

export type Mount = {
	readonly source: string;
	readonly destination: string;
	readonly initialSizeGb?: number;
	readonly snapshotRetention?: number;
};

export type Guest = {readonly cpu_kind: string; readonly cpus: number; readonly memory_mb: number};

/** A fly.toml as flyctl reads it: alternative spellings merged, values checked only by `findProblems`. */
export type AppConfig = {
	readonly path: string;
	readonly app: string;
	readonly primaryRegion: string;
	readonly env: Readonly<Record<string, string>>;
	readonly mounts: readonly Mount[];
	/** `[http_service]` first, then `[[services]]`, as the Machines API expects them. */
	readonly services: readonly Json[];
	readonly hasHttpService: boolean;
	/** `[checks]` by name, as the Machines API expects them. */
	readonly checks: Readonly<Record<string, Json>>;
	readonly guest: Guest;
	readonly processes: readonly string[];
	readonly build: Json;
	readonly tree: Json;
};
