import type {DnsRecord} from '../domain/records.ts';
import type {OneExitCode} from '../errors/codes.ts';
import type {Failure} from '../errors/failure.ts';
import type {FlyArguments} from '../fly/arguments.ts';
import type {Inventory} from '../fly/inventory.ts';
import type {Lease} from '../fly/output.ts';
import type {JournalView, ProvingList} from '../journal.ts';
import type {Thing} from '../ownership.ts';
import type {FileChange} from '../project/files.ts';
import type {FlyReader, Readers} from '../readers.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {PlanContext} from './context.ts';

export type Step = {
	readonly id: string;
	/** Verb first: `Create the volume`. */
	readonly title: string;
	readonly needs: readonly string[];
	/** Ids of steps that wait for this one, so their files need not name it. */
	readonly before?: readonly string[];
	readonly locks: readonly Lock[];
	/** It changes only files of the project, so phxfly checks it even without an app. */
	readonly needsApp?: false;
	/** Its call creates the app itself: the journal of an earlier app with that name no longer counts. */
	readonly startsAfresh?: true;
	/** The list that shows what it did: phxfly confirms an empty one if the journal disagrees. */
	readonly provenBy?: ProvingList;
	readonly resource?: StepResource;
	/** The answer that asks for it: an interrupted call of it means that an earlier run had that answer. */
	readonly agreedBy?: {readonly question: string; readonly answer: string};
	/** It ships the code and restarts the machine: the command `deploy` runs it alone, and preflight leaves its conflicts to its own look. */
	readonly ships?: true;
	/** What it completes is also part of the command `deploy`, which otherwise only ships the code. */
	readonly comesWithDeploy?: true;
	/** Real seconds it usually takes, `[from, to]`. */
	readonly usualSeconds: readonly [number, number];
	/** What its actions do that cannot be undone, for the review. Pure. */
	permanent?(plan: PlanContext, finding: Finding): string | undefined;
	isNeeded(plan: PlanContext): boolean;
	/** Reads only. */
	look(plan: PlanContext, readers: Readers, journalView: JournalView): Promise<Finding>;
	/** Finds what exists more than once but must not: a request whose answer was lost may succeed at any time. */
	findDuplicates?(
		plan: PlanContext,
		readers: Readers,
	): Promise<{readonly ids: readonly string[]; readonly hint: string} | undefined>;
	/** What a long silence of its calls usually means, as a sentence. */
	readonly silence?: string;
	/** Reads what explains a failure: the app's last log lines, why its machine stopped. */
	explainFailure?(plan: PlanContext, readers: Readers): Promise<readonly string[]>;
	/** Makes a failure more specific, from the current state of the account. Reads only. */
	refineFailure?(failure: Failure, plan: PlanContext, readers: Readers): Promise<Failure>;
	/** Returns the DNS records that you must add after the step. */
	records?(plan: PlanContext, readers: Readers): Promise<readonly DnsRecord[]>;
	/**
	Verifies what its actions created, right after them, with secrets of this run. Reads only.

	@returns A note for the step's line.
	@throws {Failure} If what they created does not work.
	*/
	prove?(plan: PlanContext, readers: Readers): Promise<string | undefined>;
	/** What its look may find missing, besides names of files and secrets: the tests try its actions with each. */
	readonly samples?: readonly (readonly string[])[];
	/** Pure. Preview, script, and run read this same list. */
	actions(plan: PlanContext, finding: Finding): readonly Action[];
	/** For `destroy` only: returns the actions that delete one resource of this step. Pure. */
	remove?(entry: InventoryEntry): readonly Action[];
	/** Tells whether that resource still exists. Reads only. */
	isLeft?(entry: InventoryEntry, readers: Readers): Promise<boolean>;
};

/** Steps that share a lock run one at a time. */
export type Lock = 'app-secrets';

export type Finding =
	| {readonly is: 'absent'}
	| {readonly is: 'there'; readonly id: string; readonly note?: string}
	| {
			readonly is: 'partial';
			readonly missing: readonly string[];
			readonly note?: string;
			/** Holds the machine that the step changes, but not for long: two looks are equal without it. */
			readonly lease?: HeldLease;
	  }
	| {
			readonly is: 'conflict';
			readonly code: OneExitCode;
			readonly why: string;
			readonly hint: string;
	  }
	| {readonly is: 'ambiguous'; readonly ids: readonly string[]; readonly hint: string};

export type HeldLease = Lease & {
	readonly machineId: string;
	/** A deploy of ours that is over left it. */
	readonly isOurs: boolean;
};

export type Action = FlyAction | WriteFileAction | WaitForLeaseAction | ClearLeaseAction;

export type FlyAction = {
	readonly kind: 'fly';
	readonly args: readonly string[];
	readonly input?: StandardInput;
	/** It sends or prints secrets: phxfly runs it with a private flyctl directory and captures what it prints under these names. */
	readonly isSecret?: boolean;
	readonly catches?: readonly string[];
	readonly environment?: Readonly<Record<string, string>>;
	/** Real milliseconds until phxfly stops it. */
	readonly timeoutMs: number;
	/** Screens show its output while it runs. */
	readonly isLong?: boolean;
	/** Shown next to the command, for example the reason for a flag. */
	readonly why?: string;
};

/** What a flyctl call reads on standard input: `NAME="value"` lines for `secrets import`, or one bare value for `secrets set NAME=-`. */
export type StandardInput =
	| {readonly kind: 'import'; readonly secrets: readonly DesiredSecret[]}
	| {readonly kind: 'value'; readonly secret: DesiredSecret};

export type WriteFileAction = {readonly kind: 'write-file'; readonly change: FileChange};

/** Waits until the machine's lease ends, or clears it if you ask for that. */
export type WaitForLeaseAction = {
	readonly kind: 'wait-for-lease';
	readonly machineId: string;
	/** By Fly's clock, in milliseconds since 1970. */
	readonly untilMs: number;
	/** As Fly shows it: an email address. */
	readonly owner: string;
};

/** Clears a lease that a deploy of ours left. */
export type ClearLeaseAction = {
	readonly kind: 'clear-lease';
	readonly machineId: string;
	readonly app: string;
};

/** What a step's calls create in the account and `destroy` deletes; the journal records it under the step's id. */
export type StepResource = {
	/** As `status` and `destroy` call it: `volume`. */
	readonly kind: string;
	/** Lower comes first: each frees what comes after it. */
	readonly removalOrder: number;
	/** Verb first: `Destroy the volume`. */
	readonly removalTitle: string;
	/** Describes what is lost with it. */
	loss(id: string, inventory: Inventory): string;
	/** `--keep-data` leaves it. */
	readonly isData?: true;
	/** It outlives its app, so destroying the app does not delete it. */
	readonly outlivesApp?: true;
	/** Its id says nothing about which one it is: a later one can have it too. */
	readonly reusesIds?: true;
	/** Returns what a call of the step asks for, or `undefined` for one that creates nothing of this kind. */
	asked(call: FlyArguments): Thing['traits'] | undefined;
	/** Asks Fly for everything of this kind that the app has. It identifies the result of a call whose answer was lost. */
	list(app: string, fly: FlyReader): Promise<readonly Thing[]>;
	/** Finds the same in an inventory. */
	listed(inventory: Inventory): readonly Thing[];
	/** Returns the machine that holds it, without which it cannot be deleted. */
	heldBy?(id: string, inventory: Inventory): string | undefined;
	/** How a person deletes one. */
	removeCommand(entry: InventoryEntry): string;
};

/** What exists in the account and `destroy` deletes. */
export type InventoryEntry = {
	readonly app: string;
	/** As flyctl expects it: a volume's id, a host, an address, a name. */
	readonly id: string;
};

/** A step of one plan, as the engine runs it: bound to its app, plan, and readers. */
export type BoundStep = Pick<
	Step,
	'id' | 'title' | 'needs' | 'locks' | 'startsAfresh' | 'silence' | 'resource'
> & {
	readonly app: string;
	look(): Promise<Finding>;
	actions(finding: Finding): readonly Action[];
	list(): Promise<readonly Thing[]>;
	prove(): Promise<string | undefined>;
	records(): Promise<readonly DnsRecord[]>;
	explainFailure(): Promise<readonly string[]>;
	refineFailure(failure: Failure): Promise<Failure>;
};

/** Returns the steps with the needs that other steps add through `before`. Pure. */
export function resolveNeeds<T extends Pick<Step, 'id' | 'needs' | 'before'>>(
	steps: readonly T[],
): readonly T[] {
	return steps.map(step => {
		const added = steps.filter(({id, before}) => before?.includes(step.id) && !step.needs.includes(id));
		return added.length === 0 ? step : {...step, needs: [...step.needs, ...added.map(({id}) => id)]};
	});
}
