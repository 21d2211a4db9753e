import * as v from 'valibot';
import type {FlyArguments} from './fly/arguments.ts';
import type {Secret} from './secrets/secret.ts';

/** The lists of an app that Fly returns, each with a separate call. */
export type ProvingList = 'volumes' | 'secrets' | 'addresses' | 'certificates' | 'machines';

/** What the journal needs to know about a step: it stores ids by step, but callers ask by kind of resource. */
export type Maker = {
	readonly id: string;
	readonly resource?: {
		readonly kind: string;
		readonly outlivesApp?: true;
		asked?(call: FlyArguments): Readonly<Record<string, string>> | undefined;
	};
	readonly provenBy?: ProvingList;
	readonly startsAfresh?: true;
};

/** Returns the id recorded for the newest resource of a kind. */
export function findRecordedId(
	{ids}: Pick<AppSection, 'ids'>,
	makers: readonly Maker[],
	kind: string,
): string | undefined {
	const maker = makers.find(({resource}) => resource?.kind === kind);
	return maker && ids[maker.id];
}

/**
What the journal remembers of one app. It never claims that something is done; it tells what phxfly created when the
account alone cannot.
*/
export type JournalView = {
	/** The app that an earlier run of this project created or adopted. */
	readonly app: () => string | undefined;
	/** An earlier run of this project created or adopted the app, or has an open call that creates it. */
	readonly isOurApp: (app: string) => boolean;
	/** The id recorded for a kind of resource, for example `volume`. */
	readonly idOf: (kind: string) => string | undefined;
	/** This run created the app, so nothing in it is older than the run. */
	readonly isNewApp: () => boolean;
	/** An earlier run did something that the list must show, and the app is still the same. */
	readonly expects: (list: ProvingList) => boolean;
	/** A call of the step created that resource, or any if none is given. */
	readonly hasMade: (stepId: string, thing?: {readonly id: string; readonly mark?: string}) => boolean;
	/** Fly's digest of a secret right after phxfly set it. */
	readonly digestOf: (name: string) => string | undefined;
	/** `same` or `different` from the value last set; `unknown` without a record. */
	readonly compare: (secret: Secret) => 'same' | 'different' | 'unknown';
	/** The step's calls succeeded in this run. */
	readonly hasRun: (stepId: string) => boolean;
	/** A step's oldest call without an outcome. */
	readonly pendingCall: (stepId: string) => PendingCall | undefined;
};

const text = v.string();

const pendingCallSchema = v.object({
	/** Unique across all runs, and in the child's environment, so that an orphan is recognized. */
	marker: text,
	step: text,
	argv: v.array(text),
	/** Ids of all resources of its kind that the app had before the call. */
	before: v.array(text),
	startedAtMs: v.number(),
	/** What Fly creates after this moment is not the result of the call. */
	untilMs: v.optional(v.number()),
	pid: v.optional(v.number()),
	processStartedAt: v.optional(text),
});

/** A resource that a call of a step created. */
const madeSchema = v.object({
	step: text,
	id: text,
	/** What only this resource has: a later one with the same id has another. See `Thing`. */
	mark: v.optional(text),
});

/** What belongs to one app: an organization and a name. */
const sectionSchema = v.object({
	app: text,
	org: text,
	/** Calls whose outcome is still unknown. */
	calls: v.array(pendingCallSchema),
	/** Step id to the id of what the step found or created last. */
	ids: v.record(text, text),
	/** Everything that phxfly created in it, and the app itself. What it adopted is not here. */
	made: v.array(madeSchema),
	secrets: v.record(text, v.object({digest: text, salt: text, fingerprint: text})),
	/** Folders with the files as they were before phxfly changed them. */
	backups: v.array(text),
	/** The place in the storage that belongs to this app, since it was empty or you chose to restore it. */
	replica: v.optional(text),
	/** A push into the empty place that began, and of which file. */
	push: v.optional(v.object({place: text, stamp: text})),
	/** An earlier version wrote the records, without the machines that its deploys created. */
	lacksMachines: v.optional(v.literal(true)),
});

/** What a run leaves on disk. It contains no secret value, and nothing in it says "done". */
export const journalSchema = v.object({
	v: v.literal(2),
	/** The folder this journal belongs to, as a real path. */
	project: text,
	isRehearsal: v.boolean(),
	/** When the run that wrote it last started, on the run's clock. Milliseconds since 1970. */
	runAtMs: v.optional(v.number()),
	account: v.optional(v.object({email: text})),
	/** The configuration that the answers are for, where it is another than fly.toml. */
	flyToml: v.optional(text),
	answers: v.record(text, v.object({value: text, origin: text})),
	/** Objects that a test write has not deleted yet. */
	probes: v.array(v.object({endpoint: text, region: text, bucket: text, key: text})),
	/** Seconds that each step took last time, by step id. */
	took: v.optional(v.record(text, v.number())),
	/** Digest of the saved plan that the latest run applies. */
	plan: v.optional(text),
	/** The latest run's section comes first. */
	apps: v.array(sectionSchema),
});

export type JournalState = v.InferOutput<typeof journalSchema>;

export type AppSection = v.InferOutput<typeof sectionSchema>;

export type PendingCall = v.InferOutput<typeof pendingCallSchema>;

export const startJournal = (project: string, isRehearsal: boolean): JournalState => ({
	v: 2,
	project,
	isRehearsal,
	answers: {},
	probes: [],
	apps: [],
});

export const startSection = (app: string, org: string): AppSection => ({
	...{app, org, calls: [], ids: {}, made: [], secrets: {}, backups: []},
});

/** Tells whether phxfly recorded anything in the account for the app. */
export const hasRecords = ({calls, ids, made}: AppSection): boolean =>
	calls.length > 0 || made.length > 0 || Object.keys(ids).length > 0;
