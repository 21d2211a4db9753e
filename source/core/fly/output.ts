import {stripVTControlCharacters} from 'node:util';
import * as v from 'valibot';

/**
What flyctl's `--json` outputs must contain: only the keys phxfly uses, so that a new key never breaks it
and a missing one stops the run before the next change.

@see docs/flyctl.md for the command behind each schema.
*/

const text = v.string();

const optionalText = v.optional(v.nullable(v.string()));

export const versionSchema = v.object({Name: text, Version: text});

export const accountSchema = v.object({email: text});

export const orgsSchema = v.record(text, text);

export const regionsSchema = v.array(
	v.object({
		code: text,
		name: text,
		latitude: v.number(),
		longitude: v.number(),
		requires_paid_plan: v.optional(v.boolean(), false),
		deprecated: v.optional(v.boolean(), false),
	}),
);

const eventSchema = v.object({
	type: v.optional(text, ''),
	status: v.optional(text, ''),
	/** Milliseconds since 1970. */
	timestamp: v.optional(v.number(), 0),
	request: v.optional(
		v.nullable(
			v.object({
				exit_event: v.optional(
					v.nullable(
						v.object({
							exit_code: v.optional(v.number(), 0),
							oom_killed: v.optional(v.boolean(), false),
							requested_stop: v.optional(v.boolean(), false),
						}),
					),
				),
			}),
		),
	),
});

const machineSchema = v.object({
	id: text,
	state: text,
	region: text,
	created_at: v.optional(text, ''),
	config: v.object({
		env: v.optional(v.nullable(v.record(text, text))),
		guest: v.optional(
			v.nullable(
				v.object({
					cpu_kind: v.optional(text),
					cpus: v.optional(v.number()),
					memory_mb: v.optional(v.number()),
				}),
			),
		),
		metadata: v.optional(v.nullable(v.record(text, text))),
		mounts: v.optional(v.nullable(v.array(v.object({volume: text, path: text, name: optionalText})))),
		image: v.optional(text, ''),
	}),
	events: v.optional(v.nullable(v.array(eventSchema))),
	host_status: v.optional(text, 'ok'),
});

export const machinesSchema = v.array(machineSchema);

export const statusSchema = v.object({
	Name: text,
	Hostname: text,
	Deployed: v.boolean(),
	Status: text,
	/** 0 before the first release. */
	Version: v.optional(v.number(), 0),
	Organization: v.object({Slug: text}),
	Machines: v.nullable(machinesSchema),
});

export const volumeSchema = v.object({
	id: text,
	name: text,
	state: text,
	size_gb: v.number(),
	region: text,
	attached_machine_id: v.optional(v.nullable(text)),
	created_at: v.optional(text, ''),
	host_status: v.optional(text, 'ok'),
	auto_backup_enabled: v.optional(v.boolean(), true),
});

export const volumesSchema = v.array(volumeSchema);

export const snapshotsSchema = v.pipe(
	v.nullable(v.array(v.object({id: v.optional(text, ''), created_at: text}))),
	v.transform(snapshots => snapshots ?? []),
);

export const secretsSchema = v.array(
	v.object({name: text, digest: text, status: v.optional(text, 'Unknown')}),
);

export const addressesSchema = v.array(
	v.object({
		...{ID: text, Address: text, Type: text, Region: v.optional(text, '')},
		CreatedAt: v.optional(text, ''),
	}),
);

export const certificatesSchema = v.array(
	v.object({
		hostname: text,
		status: v.optional(text, ''),
		configured: v.optional(v.boolean(), false),
		has_fly_certificate: v.optional(v.boolean(), false),
		has_custom_certificate: v.optional(v.boolean(), false),
		created_at: v.optional(text, ''),
	}),
);

export const certificateDetailSchema = v.object({
	hostname: text,
	configured: v.boolean(),
	status: v.optional(text, ''),
	certificates: v.optional(v.nullable(v.array(v.object({source: v.optional(text, ''), status: text})))),
	dns_requirements: v.object({
		a: v.optional(v.nullable(v.array(text))),
		aaaa: v.optional(v.nullable(v.array(text))),
		cname: v.optional(text, ''),
		acme_challenge: v.optional(v.nullable(v.object({name: text, target: text}))),
		ownership: v.optional(
			v.nullable(v.object({name: text, app_value: text, org_value: v.optional(text, '')})),
		),
	}),
	rate_limited_until: optionalText,
	validation_errors: v.optional(v.nullable(v.array(v.object({message: text, remediation: optionalText})))),
});

/** `releases --json` prints `null` when there are none. */
export const releasesSchema = v.pipe(
	v.nullable(
		v.array(
			v.object({
				ID: text,
				Version: v.number(),
				Status: text,
				ImageRef: v.optional(text, ''),
				CreatedAt: text,
			}),
		),
	),
	v.transform(releases => releases ?? []),
);

export const checksSchema = v.record(
	text,
	v.nullable(v.array(v.object({name: text, status: text, output: v.optional(text, '')}))),
);

export const execSchema = v.object({
	exit_code: v.optional(v.number(), 0),
	stdout: v.optional(text, ''),
	stderr: v.optional(text, ''),
});

export type Account = v.InferOutput<typeof accountSchema>;

export type FlyRegion = v.InferOutput<typeof regionsSchema>[number];

export type AppStatus = v.InferOutput<typeof statusSchema>;

export type FlyMachine = v.InferOutput<typeof machineSchema>;

export type FlyVolume = v.InferOutput<typeof volumeSchema>;

export type FlySnapshot = v.InferOutput<typeof snapshotsSchema>[number];

export type FlySecret = v.InferOutput<typeof secretsSchema>[number];

export type FlyAddress = v.InferOutput<typeof addressesSchema>[number];

export type FlyCertificate = v.InferOutput<typeof certificatesSchema>[number];

export type CertificateDetail = v.InferOutput<typeof certificateDetailSchema>;

export type FlyRelease = v.InferOutput<typeof releasesSchema>[number];

export type HealthChecks = v.InferOutput<typeof checksSchema>;

export type ExecResult = v.InferOutput<typeof execSchema>;

export type Lease = {readonly owner: string; readonly expiresAtMs: number};

/** Where an object or a list can begin: at the start of a line, followed by what JSON allows there. */
const beginnings = /^[ \t]*(?:\{(?=\s*["}])|\[(?=\s*(?:[\]{["\d-]|(?:true|false|null)\b)))/gm;

/**
Finds the first JSON object or array in what a command printed. flyctl writes WARN lines with color codes to the same
stream before it, and a sentence after it.

@returns `undefined` when there is none, or it is truncated: a part of it never counts as the whole.
@see docs/flyctl.md, "Reading its output"
*/
export function findJson(output: string): unknown {
	const text = stripVTControlCharacters(output);
	for (const {0: found, index} of text.matchAll(beginnings)) {
		const start = index + found.length - 1;
		const end = findEnd(text, start);
		if (end === undefined) return undefined;
		try {
			return JSON.parse(text.slice(start, end));
		} catch {
			// A line such as `[1 of 2] done`: the next candidate may be the real one.
		}
	}

	return undefined;
}

function findEnd(text: string, start: number): number | undefined {
	let depth = 0;
	let isInString = false;
	for (let at = start; at < text.length; at++) {
		const character = text[at];
		if (isInString) {
			if (character === '\\') at++;
			else if (character === '"') isInString = false;
		} else if (character === '"') isInString = true;
		else if (character === '{' || character === '[') depth++;
		else if (character === '}' || character === ']') {
			depth--;
			if (depth === 0) return at + 1;
		}
	}

	return undefined;
}

/** Returns Fly's creation time as a `Thing` has it. Fly writes the year 1 where it knows none. */
export function markTime(createdAt: string): {readonly mark?: string; readonly createdAtMs?: number} {
	const createdAtMs = Date.parse(createdAt);
	return createdAtMs > 0 ? {mark: createdAt, createdAtMs} : {};
}

/** Returns whether `fly deploy` manages the machine; it does not manage release-command and console machines. */
export const isManaged = ({config}: FlyMachine) => config.metadata?.fly_process_group !== undefined;

/** Returns whether the machine stays: false for one that Fly is destroying. */
export const isThere = ({state}: FlyMachine) => state !== 'destroyed' && state !== 'destroying';

/** Returns whether the volume stays: Fly lists a destroyed one for a day. */
export const isVolumeThere = ({state}: Pick<FlyVolume, 'state'>): boolean =>
	state !== 'pending_destroy' && state !== 'destroyed';

/** Explains why the machine last ended by itself, from its newest exit event. */
export function explainExit({events}: FlyMachine): string | undefined {
	const exit = events
		?.map(({request}) => request?.exit_event)
		.find(event => event !== undefined && event !== null);
	if (!exit || exit.requested_stop) return undefined;
	return exit.oom_killed ? 'it ran out of memory' : `it ended with exit code ${exit.exit_code}`;
}
