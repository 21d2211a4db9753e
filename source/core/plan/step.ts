import type {DnsRecord} from '../domain/records.ts';
import type {OneExitCode} from '../errors/codes.ts';
import type {Failure} from '../errors/failure.ts';
import type {Inventory} from '../fly/inventory.ts';
import type {JournalView, ProvingList} from '../journal.ts';
import type {FileChange} from '../project/files.ts';
import type {Readers} from '../readers.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {PlanContext} from './context.ts';

export type Step = {
	readonly id: string;
	/** Verb first: `Create the volume`. */
	readonly title: string;
	readonly needs: readonly string[];
	/** Ids of steps that wait for this one: their own files need not name it. */
	readonly before?: readonly string[];
	readonly locks: readonly Lock[];
	/** It changes only files of the project, so it is looked at even while there is no app. */
	readonly needsApp?: false;
	/** Its call makes the app itself: what the journal knows of an earlier app of that name no longer counts. */
	readonly startsAfresh?: true;
	/** The list that shows what it did: where the journal knows better, an empty one is not believed. */
	readonly provenBy?: ProvingList;
	readonly resource?: StepResource;
	/** The answer it is needed for: a call of it that was cut off says that an earlier run was given that. */
	readonly agreedBy?: {readonly question: string; readonly answer: string};
	/** It ships the code and restarts the machine: the command `deploy` runs it alone, and its conflicts wait for its own look. */
	readonly ships?: true;
	/** Real seconds it usually takes, `[from, to]`. */
	readonly usualSeconds: readonly [number, number];
	isNeeded(plan: PlanContext): boolean;
	/** Reads only. */
	look(plan: PlanContext, readers: Readers, journalView: JournalView): Promise<Finding>;
	/** Ids of everything the step's actions could make, as listed now; lets a lost answer be recognised afterwards. */
	list?(plan: PlanContext, readers: Readers): Promise<readonly string[]>;
	/** What is there more often than once and must not be, as listed now: a request whose answer was lost may land at any time. */
	findDuplicates?(
		plan: PlanContext,
		readers: Readers,
	): Promise<{readonly ids: readonly string[]; readonly hint: string} | undefined>;
	/** What a long silence of its calls usually is. */
	readonly silence?: string;
	/** Reads what helps a person after a failure: the app's last log lines, why its machine ended. */
	explainFailure?(plan: PlanContext, readers: Readers): Promise<readonly string[]>;
	/** Says more exactly what a failure is, from what the account shows now. Reads only. */
	refineFailure?(failure: Failure, plan: PlanContext, readers: Readers): Promise<Failure>;
	/** What a person has to make by hand once the step is done. */
	records?(plan: PlanContext, readers: Readers): Promise<readonly DnsRecord[]>;
	/**
	Proves what its actions made, right after them, with secrets that this run holds. Reads only.

	@returns A note for the step's line.
	@throws {Failure} What was made cannot be used.
	*/
	prove?(plan: PlanContext, readers: Readers): Promise<string | undefined>;
	/** What its look may find missing, beside names of files and secrets: the tests try its actions with each. */
	readonly samples?: readonly (readonly string[])[];
	/** Pure. Preview, script and run read this same list. */
	actions(plan: PlanContext, finding: Finding): readonly Action[];
	/** For `destroy` only: what takes away one thing that its actions made. Pure. */
	remove?(entry: InventoryEntry): readonly Action[];
	/** Whether that thing is still there. Reads only. */
	isLeft?(entry: InventoryEntry, readers: Readers): Promise<boolean>;
};

/** Steps that share a lock run one at a time. */
export type Lock = 'app-secrets';

export type Finding =
	| {readonly is: 'absent'}
	| {readonly is: 'there'; readonly id: string; readonly note?: string}
	| {readonly is: 'partial'; readonly missing: readonly string[]; readonly note?: string}
	| {
			readonly is: 'conflict';
			readonly code: OneExitCode;
			readonly why: string;
			readonly hint: string;
	  }
	| {readonly is: 'ambiguous'; readonly ids: readonly string[]; readonly hint: string};

export type Action = FlyAction | WriteFileAction | WaitForLeaseAction;

export type FlyAction = {
	readonly kind: 'fly';
	readonly args: readonly string[];
	readonly input?: StandardInput;
	/** It sends or prints secrets: run with a private flyctl directory, and catch what it prints under these names. */
	readonly isSecret?: boolean;
	readonly catches?: readonly string[];
	readonly environment?: Readonly<Record<string, string>>;
	/** Real milliseconds before it is stopped. */
	readonly timeoutMs: number;
	/** Its lines are shown while it runs. */
	readonly isLong?: boolean;
	/** Shown beside the command, for example the reason for a flag. */
	readonly why?: string;
};

/** What a flyctl call reads on standard input: `NAME="value"` lines for `secrets import`, or one bare value for `secrets set NAME=-`. */
export type StandardInput =
	| {readonly kind: 'import'; readonly secrets: readonly DesiredSecret[]}
	| {readonly kind: 'value'; readonly secret: DesiredSecret};

export type WriteFileAction = {readonly kind: 'write-file'; readonly change: FileChange};

/** Waits until nobody holds the machine's lease, or clears it when the person asks for that. */
export type WaitForLeaseAction = {
	readonly kind: 'wait-for-lease';
	readonly machineId: string;
	readonly untilMs: number;
};

/** What a step's calls make in the account and `destroy` removes; the journal knows it by the step's id. */
export type StepResource = {
	/** As `status` and `destroy` call it: `volume`. */
	readonly kind: string;
	/** Lower goes first: each frees what stands after it. */
	readonly removalOrder: number;
	/** Verb first: `Destroy the volume`. */
	readonly removalTitle: string;
	/** What is lost with it. */
	loss(id: string, inventory: Inventory): string;
	/** `--keep-data` leaves it. */
	readonly isData?: true;
	/** Its call names it, so it can have made nothing else. */
	readonly isNamedByUs?: true;
	/** There are several, and one of them is not the whole. */
	readonly isSeveral?: true;
	/** It stays when its app is destroyed, so it goes only if the journal says that it was made here. */
	readonly outlivesApp?: true;
	/** Ids of all that the app has of this kind. */
	listed(inventory: Inventory): readonly string[];
	/**
	For a kind whose ids the journal does not hold: whether one is surely ours in an app that was taken over.

	@param isMade - Whether the journal says that a step of ours made a thing of that kind.
	*/
	isOurs?(id: string, inventory: Inventory, isMade: (kind: string, id: string) => boolean): boolean;
};

/** What is there in the account and a destroy takes away again. */
export type InventoryEntry = {
	readonly app: string;
	/** As flyctl takes it: a volume's id, a host, an address, a name. */
	readonly id: string;
};

/** A step of one plan, as the engine runs it: it knows the app, the plan and whom to ask. */
export type BoundStep = Pick<Step, 'id' | 'title' | 'needs' | 'locks' | 'startsAfresh' | 'silence'> & {
	readonly app: string;
	look(): Promise<Finding>;
	actions(finding: Finding): readonly Action[];
	list(): Promise<readonly string[]>;
	prove(): Promise<string | undefined>;
	records(): Promise<readonly DnsRecord[]>;
	explainFailure(): Promise<readonly string[]>;
	refineFailure(failure: Failure): Promise<Failure>;
};

/** The steps with what they need because another one says that it comes `before` them. Pure. */
export function resolveNeeds<T extends Pick<Step, 'id' | 'needs' | 'before'>>(
	steps: readonly T[],
): readonly T[] {
	return steps.map(step => {
		const added = steps.filter(({id, before}) => before?.includes(step.id) && !step.needs.includes(id));
		return added.length === 0 ? step : {...step, needs: [...step.needs, ...added.map(({id}) => id)]};
	});
}
