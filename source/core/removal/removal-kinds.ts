import type {InventoryEntry} from '../plan/step.ts';

/** One thing that a destroy takes away. */
export type RemovalEntry = InventoryEntry & {
	readonly kind: RemovalKind;
	/** The step that made it, and that knows how to take it away. */
	readonly stepId: string;
	/** What dies with it. */
	readonly detail: string;
};

export type Removal = {
	/** In the order they go. */
	readonly entries: readonly RemovalEntry[];
	/** What stays, and why, a sentence each. */
	readonly stays: readonly string[];
	/** Nothing is left that the journal is about. */
	readonly isWhole: boolean;
};

/** In the order they go: each frees what stands after it. */
export const removalKinds = [
	{kind: 'certificate', stepId: 'add-certificate', title: 'Remove the certificate'},
	{kind: 'address', stepId: 'allocate-addresses', title: 'Release the addresses'},
	{kind: 'machine', stepId: 'deploy', title: 'Destroy the machine'},
	{kind: 'volume', stepId: 'create-volume', title: 'Destroy the volume'},
	{kind: 'bucket', stepId: 'create-bucket', title: 'Destroy the bucket'},
	{kind: 'app', stepId: 'create-app', title: 'Destroy the app'},
] as const;

export type RemovalKind = (typeof removalKinds)[number]['kind'];
