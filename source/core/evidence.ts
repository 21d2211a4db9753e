/** What the journal remembers. It never says that something is done; it says what is ours when a look alone cannot tell. */
export type Evidence = {
	/** The app is one an earlier run of this project made or took over. */
	readonly isOurApp: (app: string) => boolean;
	/** The id recorded for a step's resource, for example the volume's. */
	readonly idOf: (stepId: string) => string | undefined;
	/** An earlier or this run made the step's resource, and saw that there was none before. */
	readonly isMadeHere: (stepId: string) => boolean;
	/** Fly's digest of a secret as it was right after we set it. */
	readonly digestOf: (name: string) => string | undefined;
	/** `same` or `different` from the value last set; `unknown` without a record. */
	readonly compare: (name: string, value: string) => 'same' | 'different' | 'unknown';
	/** This run holds the secret's value, caught from what a call printed. */
	readonly isCaught: (name: string) => boolean;
	/** In this run the step's calls have been made and ended well. */
	readonly hasActed: (stepId: string) => boolean;
	/** Ids listed before a step's call whose outcome is not known; `undefined` when there is no such call. */
	readonly openIntent: (stepId: string) => {readonly before: readonly string[]} | undefined;
};
