import type {ReplicaPlace} from '../litestream/place.ts';

/** What a deployed app runs with now, as Fly and its machines say, not the journal. */
export type LiveValues = {
	/** Those that `fly deploy` manages, in every state. */
	readonly machines: readonly LiveMachine[];
	/** The volumes these machines have. */
	readonly volumes: readonly {readonly id: string; readonly name: string; readonly sizeGb: number}[];
	/** Hosts with a certificate; read only where the host of a machine is not the wanted one. */
	readonly certificates: readonly string[];
	/** Present if the values of no started machine, or not of every one, could be read. */
	readonly withoutMachine?: WithoutMachine;
};

export type LiveMachine = {
	readonly id: string;
	readonly state: string;
	readonly region: string;
	readonly values:
		| {readonly is: 'read'; readonly host: string; readonly replica: ReplicaPlace | undefined}
		| {readonly is: 'not-started'}
		| {readonly is: 'unreadable'; readonly why: string};
};

/** What Fly tells about the app without its machine. */
type WithoutMachine = {
	/** A release was completed once: the app has served visitors. */
	readonly hasRun: boolean;
	/** The newest release was not completed. */
	readonly isDeployOpen: boolean;
	/** Fly's digest by name of the secret. */
	readonly digests: ReadonlyMap<string, string>;
};
