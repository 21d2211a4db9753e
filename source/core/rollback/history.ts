import type {FlyRelease} from '../fly/output.ts';

/** A migration as the database records it. */
export type RanMigration = {
	readonly version: string;
	/** Milliseconds since 1970, by the machine's clock; `undefined` where the database does not say. */
	readonly ranAtMs: number | undefined;
};

/** The migrations of the live database. "Could not be read" is never "none". */
export type MigrationsRead =
	| {readonly is: 'read'; readonly migrations: readonly RanMigration[]}
	| {readonly is: 'unknown'; readonly why: string};

export type PastRelease = {
	readonly version: number;
	/** Fly's word: `complete`. */
	readonly status: string;
	readonly createdAtMs: number;
	readonly image: string;
	/** As the image's tag says it. */
	readonly commit: string | undefined;
	/** Versions of the migrations that ran after its image was replaced; `undefined` where that could not be read. */
	readonly since: readonly string[] | undefined;
};

export type History = {
	readonly app: string;
	/** Newest first, as many as Fly lists. */
	readonly releases: readonly PastRelease[];
	/** The newest complete one. */
	readonly current: number | undefined;
	/** Why nothing is known of migrations. */
	readonly unknown: string | undefined;
};

/** The clocks of Fly and of the machine may differ. Too many migrations only make phxfly ask. */
const marginMs = 30_000;

/** Joins the releases with the migrations that came after each. Pure. */
export function buildHistory(app: string, listed: readonly FlyRelease[], read: MigrationsRead): History {
	const newestFirst = [...listed].sort((a, b) => b.Version - a.Version);
	return {
		app,
		releases: newestFirst.map(
			({Version, Status, CreatedAt, ImageRef}, at): PastRelease => ({
				version: Version,
				status: Status,
				createdAtMs: Date.parse(CreatedAt),
				image: ImageRef,
				commit: readCommit(ImageRef),
				since: findSince(newestFirst, at, read),
			}),
		),
		current: newestFirst.find(({Status}) => Status === 'complete')?.Version,
		unknown: read.is === 'unknown' ? read.why : undefined,
	};
}

/** Finds what ran since another image replaced that of a release, also if the release of that image failed. */
function findSince(
	newestFirst: readonly FlyRelease[],
	at: number,
	read: MigrationsRead,
): readonly string[] | undefined {
	const next = newestFirst.slice(0, at).findLast(({ImageRef}) => ImageRef !== newestFirst[at]?.ImageRef);
	if (!next) return [];
	if (read.is === 'unknown') return undefined;
	const fromMs = Date.parse(next.CreatedAt) - marginMs;
	return read.migrations
		.filter(({ranAtMs}) => ranAtMs === undefined || !(ranAtMs < fromMs))
		.map(({version}) => version);
}

/** A tag that is a commit, as many a CI names its images. flyctl's own tags tell nothing. */
const readCommit = (image: string): string | undefined => /:(?:[a-z]+-)?([\da-f]{7,40})$/.exec(image)?.[1];

/** Reads what `SELECT version, inserted_at FROM schema_migrations` prints; `undefined` for anything else. */
export function readMigrationRows(stdout: string): readonly RanMigration[] | undefined {
	const rows = stdout.split('\n').filter(line => line.trim() !== '');
	const parsed = rows.map(row => /^(\d+)\|(.*)$/.exec(row.trim()));
	if (parsed.includes(null)) return undefined;
	return parsed.map(match => {
		const [, version = '', insertedAt = ''] = match ?? [];
		// Ecto writes UTC without a zone.
		const ranAtMs = Date.parse(`${insertedAt.trim().replace(' ', 'T').replace(/Z$/, '')}Z`);
		return {version, ranAtMs: Number.isNaN(ranAtMs) ? undefined : ranAtMs};
	});
}
