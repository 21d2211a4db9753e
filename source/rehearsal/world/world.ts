import * as v from 'valibot';

const time = v.pipe(v.number(), v.description('milliseconds of simulated time since 1970'));
const json = v.record(v.string(), v.unknown());

const secretSchema = v.object({
	app: v.string(),
	name: v.string(),
	/** Hex digest; the value itself is never stored. */
	sha256: v.string(),
	status: v.picklist(['Staged', 'Deployed']),
	createdAt: time,
	/** Only for the few names that are not secret, such as PHX_HOST. */
	value: v.optional(v.string()),
});

/** In the format of the Machines API, plus its app. */
const volumeSchema = v.object({
	app: v.string(),
	id: v.string(),
	name: v.string(),
	/** `hydrating`: moved to another host by Fly, under a new id. */
	state: v.picklist(['created', 'hydrating', 'pending_destroy', 'destroyed']),
	size_gb: v.number(),
	region: v.string(),
	zone: v.string(),
	encrypted: v.boolean(),
	attached_machine_id: v.nullable(v.string()),
	attached_alloc_id: v.nullable(v.string()),
	created_at: v.string(),
	host_dedication_id: v.string(),
	snapshot_retention: v.number(),
	auto_backup_enabled: v.boolean(),
	host_status: v.string(),
});

const checkSchema = v.object({
	name: v.string(),
	status: v.picklist(['passing', 'warning', 'critical']),
	output: v.string(),
	updated_at: v.string(),
});

const judgmentSchema = v.object({
	replicates: v.boolean(),
	hasSqlite: v.boolean(),
	passesLitestream: v.boolean(),
	/** Missing in the world of an older phxfly. */
	goesBack: v.optional(v.boolean()),
	demandsReplica: v.boolean(),
	isRoot: v.boolean(),
	/** Of the Litestream in the image, such as 0.3.13; missing where the Dockerfile names none. */
	litestreamVersion: v.optional(v.string()),
	/** Variables that its scripts restore from, and fail without. */
	restoreUrls: v.optional(v.array(v.string())),
	/** Litestream runs whatever its scripts ask for, besides the switches. */
	isSure: v.optional(v.boolean()),
	/** Variables that the scripts ask for before they run Litestream: `if [ -n "$BUCKET_NAME" ]`. */
	switches: v.optional(v.array(v.object({name: v.string(), isSet: v.boolean()}))),
	environment: v.record(v.string(), v.string()),
	fault: v.optional(v.object({lines: v.array(v.string()), exit: v.number()})),
});

/** In the format of the Machines API, plus its app and state of the built-in Fly. */
const machineSchema = v.object({
	app: v.string(),
	id: v.string(),
	name: v.string(),
	state: v.picklist(['created', 'starting', 'started', 'stopping', 'stopped', 'destroyed']),
	region: v.string(),
	image: v.string(),
	instance_id: v.string(),
	private_ip: v.string(),
	created_at: v.string(),
	updated_at: v.string(),
	config: json,
	events: v.array(json),
	checks: v.array(checkSchema),
	lease: v.optional(v.object({nonce: v.string(), owner: v.string(), expiresAt: time})),
	/** What happens automatically after a start. */
	boot: v.object({
		at: time,
		/** Its last lines, and the exit code, which is 1 without one. */
		willCrash: v.optional(v.string()),
		exit: v.optional(v.number()),
		/** What the app answers to its health checks: `404 Not Found`. */
		isUnhealthy: v.optional(v.union([v.boolean(), v.string()])),
		/** What failing health checks get, by name. */
		failing: v.optional(v.record(v.string(), v.string())),
	}),
	/** The secrets this machine started with. */
	secrets: v.array(v.object({name: v.string(), sha256: v.string(), value: v.optional(v.string())})),
	hasLitestream: v.boolean(),
	/** What its image is by the Dockerfile; missing where none told, and in the world of an older phxfly. */
	judgment: v.optional(judgmentSchema),
	/** Variables without which the app does not boot, with the lines it prints. */
	needs: v.optional(v.array(v.object({name: v.string(), lines: v.array(v.string())}))),
	/** Paths of health checks that the app does not answer with 200, each with its answer. */
	refusedPaths: v.optional(v.record(v.string(), v.string())),
	/** Where its endpoint listens, and numbers in its code that may be other ports; missing where that cannot be told. */
	listens: v.optional(
		v.object({
			variable: v.optional(v.string()),
			/** Without the variable. */
			port: v.optional(v.number()),
			others: v.array(v.number()),
		}),
	),
	/** The configuration in its image. */
	litestreamYml: v.optional(v.string()),
	/** What Litestream reads of it; missing where no Dockerfile told, and in the world of an older phxfly. */
	litestream: v.optional(
		v.object({
			/** Where it looks for it on the machine. */
			path: v.string(),
			/** Why it does not start with it. */
			problem: v.optional(v.string()),
			/** Settings as written, by the names in phxfly. */
			databases: v.array(v.record(v.string(), v.string())),
		}),
	),
	/** The newest migration of its code, which runs at its start. */
	migration: v.optional(v.string()),
	/** What its database has of migrations; missing in the world of an older phxfly. */
	migrations: v.optional(v.array(v.object({version: v.string(), ranAt: time}))),
	/** Files besides the database and those of the image, with their size in bytes. */
	files: v.optional(v.record(v.string(), v.number())),
	/** Restores of the running app: what the marker asks for, and when it was carried out. The files are not kept. */
	restores: v.optional(
		v.array(v.object({id: v.string(), at: v.string(), untilMs: time, swappedAt: v.optional(time)})),
	),
	/** What a running check of the replica will report. */
	proof: v.optional(v.object({folder: v.string(), readyAt: time, report: v.string()})),
});

const releaseSchema = v.object({
	app: v.string(),
	id: v.string(),
	version: v.number(),
	status: v.picklist(['pending', 'running', 'complete', 'failed', 'interrupted']),
	reason: v.string(),
	createdAt: time,
	imageRef: v.string(),
	config: json,
	/** The migrations of its code; missing in the world of an older phxfly. */
	migrations: v.optional(v.array(v.string())),
});

const callSchema = v.object({
	id: v.string(),
	argv: v.array(v.string()),
	/** True if the command changes the account. */
	mutates: v.boolean(),
	exit: v.nullable(v.number()),
	stdinSha256: v.optional(v.string()),
});

export const worldSchema = v.object({
	account: v.object({id: v.string(), name: v.string(), email: v.string()}),
	orgs: v.array(v.object({id: v.string(), slug: v.string(), name: v.string(), type: v.string()})),
	clock: v.object({simulatedMs: v.number(), realMs: v.number(), speed: v.number()}),
	apps: v.array(
		v.object({
			app: v.string(),
			name: v.string(),
			number: v.number(),
			org: v.string(),
			network: v.string(),
			createdAt: time,
		}),
	),
	volumes: v.array(volumeSchema),
	secrets: v.array(secretSchema),
	buckets: v.array(
		v.object({
			app: v.optional(v.string()),
			name: v.string(),
			org: v.string(),
			isPublic: v.boolean(),
			createdAt: time,
		}),
	),
	objects: v.array(
		v.object({
			bucket: v.string(),
			key: v.string(),
			size: v.number(),
			etag: v.string(),
			lastModified: time,
			/** Base64. */
			body: v.string(),
		}),
	),
	certificates: v.array(
		v.object({
			app: v.string(),
			hostname: v.string(),
			status: v.picklist(['pending_validation', 'active']),
			createdAt: time,
			recordsAt: v.optional(time),
			activeAt: v.optional(time),
		}),
	),
	dns: v.array(
		v.object({
			name: v.string(),
			type: v.string(),
			value: v.string(),
			/** Seconds a resolver caches it; default 60. */
			ttl: v.optional(v.number()),
			/** When it starts to exist; default: always. */
			madeAt: v.optional(time),
			/** When it was deleted; resolvers still cache it. */
			goneAt: v.optional(time),
		}),
	),
	addresses: v.array(
		v.object({
			app: v.string(),
			id: v.string(),
			address: v.string(),
			type: v.picklist(['v4', 'shared_v4', 'v6', 'private_v6']),
			region: v.string(),
			createdAt: time,
		}),
	),
	machines: v.array(machineSchema),
	releases: v.array(releaseSchema),
	/** Each call of the built-in Fly, appended before it acts. */
	calls: v.array(callSchema),
});

/** Everything the built-in Fly knows: one account, and the time. */
export type World = v.InferOutput<typeof worldSchema>;
export type App = World['apps'][number];
export type Volume = World['volumes'][number];
export type Machine = World['machines'][number];
export type Release = World['releases'][number];
export type Certificate = World['certificates'][number];
export type Address = World['addresses'][number];
export type WorldSecret = World['secrets'][number];

/**
Returns a new, empty account with one organization.

@param nowMs - The simulated time it starts at, in milliseconds since 1970; the clock starts to run now.
@param speed - How many times faster than real time its clock runs.
*/
export function createWorld({nowMs, speed}: {nowMs: number; speed: number}): World {
	return {
		account: {id: 'usr_1', name: 'Dev Example', email: 'dev@example.com'},
		orgs: [{id: 'org_personal', slug: 'personal', name: 'Dev Example', type: 'PERSONAL'}],
		clock: {simulatedMs: nowMs, realMs: Date.now(), speed},
		apps: [],
		volumes: [],
		secrets: [],
		buckets: [],
		objects: [],
		certificates: [],
		dns: [],
		addresses: [],
		machines: [],
		releases: [],
		calls: [],
	};
}

/** The time in the world, in milliseconds since 1970. It stops while this computer's date is earlier than before. */
export function simulatedNow({clock}: World): number {
	return Math.round(clock.simulatedMs + Math.max(0, Date.now() - clock.realMs) * clock.speed);
}
