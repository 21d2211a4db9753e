import * as v from 'valibot';
import type {Secret} from './secrets/secret.ts';

/** What Fly lists of an app, each by a call of its own. */
export type ProvingList = 'volumes' | 'secrets' | 'addresses' | 'certificates' | 'machines';

/** What the journal has to know of a step: it keeps ids by step, and they are asked for by what they are of. */
export type Maker = {
	readonly id: string;
	readonly resource?: {readonly kind: string};
	readonly provenBy?: ProvingList;
	readonly startsAfresh?: true;
};

/** The id that is recorded for the newest resource of a kind. */
export function findRecordedId(
	{ids}: Pick<JournalState, 'ids'>,
	makers: readonly Maker[],
	kind: string,
): string | undefined {
	const maker = makers.find(({resource}) => resource?.kind === kind);
	return maker && ids[maker.id];
}

/** What the journal remembers. It never says that something is done; it says what is ours when a look alone cannot tell. */
export type JournalView = {
	/** The app that an earlier run of this project made or took over. */
	readonly app: () => string | undefined;
	/** The app is one an earlier run of this project made or took over. */
	readonly isOurApp: (app: string) => boolean;
	/** The id recorded for a kind of resource, for example `volume`. */
	readonly idOf: (kind: string) => string | undefined;
	/** This run made the app, so nothing of it is older than the run. */
	readonly isNewApp: () => boolean;
	/** An earlier run did something that the list has to show, and the app is still the same. */
	readonly expects: (list: ProvingList) => boolean;
	/** An earlier or this run made the step's resource, and saw that there was none before. */
	readonly wasCreatedHere: (stepId: string) => boolean;
	/** Fly's digest of a secret as it was right after we set it. */
	readonly digestOf: (name: string) => string | undefined;
	/** `same` or `different` from the value last set; `unknown` without a record. */
	readonly compare: (secret: Secret) => 'same' | 'different' | 'unknown';
	/** In this run the step's calls have been made and ended well. */
	readonly hasRun: (stepId: string) => boolean;
	/** Ids listed before a step's call whose outcome is not known; `undefined` when there is no such call. */
	readonly pendingCall: (stepId: string) => {readonly before: readonly string[]} | undefined;
};

const text = v.string();

const pendingCallSchema = v.object({
	/** Unique over all runs, and in the child's environment, so that an orphan is recognised. */
	marker: text,
	step: text,
	argv: v.array(text),
	/** Ids of what the call could make, as listed before it. */
	before: v.array(text),
	startedAtMs: v.number(),
	pid: v.optional(v.number()),
	processStartedAt: v.optional(text),
});

/** What a run leaves on disk. No secret value; nothing in it says "done". */
export const journalSchema = v.object({
	v: v.literal(1),
	/** The folder this journal belongs to, as a real path. */
	project: text,
	isRehearsal: v.boolean(),
	/** When the run that last wrote it began, on the run's clock. Milliseconds since 1970. */
	runAtMs: v.optional(v.number()),
	account: v.optional(v.object({email: text, org: text})),
	answers: v.record(text, v.object({value: text, origin: text})),
	/** Calls whose outcome is not known yet. */
	intents: v.array(pendingCallSchema),
	/** Step id to the id of its resource. */
	ids: v.record(text, text),
	/** Step ids whose resource was made here, not taken over. */
	made: v.array(text),
	/** Step id to the id of each thing that its calls made: a step may make several. */
	things: v.optional(v.record(text, v.array(text))),
	secrets: v.record(text, v.object({digest: text, salt: text, fingerprint: text})),
	/** Objects a probe wrote and has not yet removed. */
	probes: v.array(v.object({endpoint: text, region: text, bucket: text, key: text})),
	backups: v.array(text),
	/** The place in the storage that is this project's, since a probe found it free or a person said to restore it. */
	replica: v.optional(text),
	/** Digest of the saved plan that the newest run carries out. */
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
