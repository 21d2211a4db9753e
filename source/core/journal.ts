import * as v from 'valibot';
import type {Secret} from './secrets/secret.ts';

/** The lists of an app that Fly returns, each with a separate call. */
export type ProvingList = 'volumes' | 'secrets' | 'addresses' | 'certificates' | 'machines';

/** What the journal needs to know about a step: it stores ids by step, but callers ask by kind of resource. */
export type Maker = {
	readonly id: string;
	readonly resource?: {readonly kind: string};
	readonly provenBy?: ProvingList;
	readonly startsAfresh?: true;
};

/** Returns the id recorded for the newest resource of a kind. */
export function findRecordedId(
	{ids}: Pick<JournalState, 'ids'>,
	makers: readonly Maker[],
	kind: string,
): string | undefined {
	const maker = makers.find(({resource}) => resource?.kind === kind);
	return maker && ids[maker.id];
}

/** What the journal remembers. It never claims that something is done; it tells what phxfly created when the account alone cannot. */
export type JournalView = {
	/** The app that an earlier run of this project created or adopted. */
	readonly app: () => string | undefined;
	/** An earlier run of this project created or adopted the app. */
	readonly isOurApp: (app: string) => boolean;
	/** The id recorded for a kind of resource, for example `volume`. */
	readonly idOf: (kind: string) => string | undefined;
	/** This run created the app, so nothing in it is older than the run. */
	readonly isNewApp: () => boolean;
	/** An earlier run did something that the list must show, and the app is still the same. */
	readonly expects: (list: ProvingList) => boolean;
	/** This or an earlier run created the step's resource, and saw that there was none before. */
	readonly wasCreatedHere: (stepId: string) => boolean;
	/** Fly's digest of a secret right after phxfly set it. */
	readonly digestOf: (name: string) => string | undefined;
	/** `same` or `different` from the value last set; `unknown` without a record. */
	readonly compare: (secret: Secret) => 'same' | 'different' | 'unknown';
	/** The step's calls succeeded in this run. */
	readonly hasRun: (stepId: string) => boolean;
	/** Ids listed before a step's unfinished call; `undefined` without such a call. */
	readonly pendingCall: (stepId: string) => {readonly before: readonly string[]} | undefined;
};

const text = v.string();

const pendingCallSchema = v.object({
	/** Unique across all runs, and in the child's environment, so that an orphan is recognized. */
	marker: text,
	step: text,
	argv: v.array(text),
	/** Ids of the resources that existed before the call. */
	before: v.array(text),
	startedAtMs: v.number(),
	pid: v.optional(v.number()),
	processStartedAt: v.optional(text),
});

/** What a run leaves on disk. It contains no secret value, and nothing in it says "done". */
export const journalSchema = v.object({
	v: v.literal(1),
	/** The folder this journal belongs to, as a real path. */
	project: text,
	isRehearsal: v.boolean(),
	/** When the run that wrote it last started, on the run's clock. Milliseconds since 1970. */
	runAtMs: v.optional(v.number()),
	account: v.optional(v.object({email: text, org: text})),
	answers: v.record(text, v.object({value: text, origin: text})),
	/** Calls whose outcome is still unknown. */
	intents: v.array(pendingCallSchema),
	/** Step id to the id of its resource. */
	ids: v.record(text, text),
	/** Step ids whose resource phxfly created, not adopted. */
	made: v.array(text),
	/** Step id to the ids of all resources that its calls created. */
	things: v.optional(v.record(text, v.array(text))),
	secrets: v.record(text, v.object({digest: text, salt: text, fingerprint: text})),
	/** Objects that a test write has not deleted yet. */
	probes: v.array(v.object({endpoint: text, region: text, bucket: text, key: text})),
	backups: v.array(text),
	/** The place in the storage that belongs to this project, since it was empty or you chose to restore it. */
	replica: v.optional(text),
	/** Digest of the saved plan that the latest run applies. */
	plan: v.optional(text),
});

export type JournalState = v.InferOutput<typeof journalSchema>;

export type PendingCall = v.InferOutput<typeof pendingCallSchema>;

export const startJournal = (project: string, isRehearsal: boolean): JournalState => ({
	v: 1,
	project,
	isRehearsal,
	answers: {},
	intents: [],
	ids: {},
	made: [],
	secrets: {},
	probes: [],
	backups: [],
});
