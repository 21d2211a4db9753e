import {Failure} from '../errors/failure.ts';
import type {JournalState, PendingCall} from '../journal.ts';
import type {InventoryEntry} from '../plan/step.ts';
import {compareInventory} from './compare.ts';
import {type Inventory, readKnownAnswer} from './inventory.ts';

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

type RemovalKind = (typeof removalKinds)[number]['kind'];

type Wishes = {
	/** The volume and the bucket stay, and the app, which holds them. */
	readonly keepsData: boolean;
	/** A bucket of ours outlived its app. */
	readonly isBucketLeft: boolean;
};

/**
What this project's journal made and is there now. In an app that was taken over, that is what was made in it.

@throws {Failure} `not-made-here` (exit 7) where the app itself would go, and holds what the journal does not know.
*/
export function planRemoval(inventory: Inventory, journal: JournalState, wishes: Wishes): Removal {
	const {app, status} = inventory;
	const isOurApp = journal.made.includes('create-app');
	const isWhole = isOurApp && !wishes.keepsData;
	const foreign = compareInventory(inventory, journal, []).filter(({is}) => is === 'only here');
	if (status && isWhole && foreign.length > 0) {
		const what = foreign.map(({kind, id}) => `${kind} ${id}`).join(', ');
		throw new Failure(
			'not-made-here',
			`${app} holds what this project's journal does not know, and it would go with the app: ${what}. Nothing was removed.`,
			{
				exists: foreign.map(({kind, id}) => `${kind} ${id}`),
				hint: `If you do not need it, remove it yourself, then run phxfly destroy again: ${foreign.map(({next}) => next).join('; ')}.`,
			},
		);
	}

	const found = status ? listOurs(inventory, journal, isOurApp) : [];
	const isForeign = ({kind, id}: RemovalEntry) => foreign.some(each => each.kind === kind && each.id === id);
	const lost = wishes.isBucketLeft ? bucketEntry(app, journal.ids['create-bucket'] ?? '') : [];
	const entries = [...found, ...lost].filter(
		entry => !isForeign(entry) && !(wishes.keepsData && isData(entry)),
	);
	return {
		entries: removalKinds.flatMap(({kind}) => entries.filter(entry => entry.kind === kind)),
		stays: sayWhatStays(inventory, journal, {isOurApp, ...wishes}),
		isWhole: !wishes.keepsData,
	};
}

const wasCreatedHere = ({things, made, ids}: JournalState, step: string, id: string): boolean =>
	(things?.[step]?.includes(id) ?? false) || (made.includes(step) && ids[step] === id);

const isData = ({kind}: RemovalEntry) => kind === 'volume' || kind === 'bucket' || kind === 'app';

function listOurs(
	{app, machines, volumes, bucket, addresses, certificates, secrets}: Inventory,
	journal: JournalState,
	isOurApp: boolean,
): readonly RemovalEntry[] {
	const isOurs = (step: string, id: string) => isOurApp || wasCreatedHere(journal, step, id);
	const ourVolumes = volumes.filter(({id}) => isOurs('create-volume', id));
	const entry = (kind: RemovalEntry['kind'], id: string, detail: string): RemovalEntry => {
		const stepId = removalKinds.find(each => each.kind === kind)?.stepId ?? '';
		return {kind, stepId, app, id, detail};
	};
	return [
		...certificates
			.filter(({hostname}) => isOurs('add-certificate', hostname))
			.map(({hostname}) => entry('certificate', hostname, 'the domain no longer leads to an app')),
		...addresses
			.filter(({Address}) => isOurs('allocate-addresses', Address))
			.map(({Address, Type}) => entry('address', Address, Type.replace('_', ' '))),
		...machines
			// In an app that was taken over, only a machine with our volume is surely younger than we are.
			.filter(({id}) => isOurApp || ourVolumes.some(volume => volume.attached_machine_id === id))
			.map(({id, state, region}) => entry('machine', id, `${state}, ${region}; the site goes down`)),
		...ourVolumes.map(({id, name, size_gb: sizeGb}) =>
			entry('volume', id, `${name}, ${sizeGb} GB; the database on it is lost`),
		),
		...(bucket && wasCreatedHere(journal, 'create-bucket', bucket) ? bucketEntry(app, bucket) : []),
		...(isOurApp
			? [entry('app', app, `with its ${secrets.length} secrets; somebody else may take the name`)]
			: []),
	];
}

const bucketEntry = (app: string, id: string): readonly RemovalEntry[] => [
	{kind: 'bucket', stepId: 'create-bucket', app, id, detail: 'the replica in it is lost'},
];

function sayWhatStays(
	{app, status, bucket}: Inventory,
	journal: JournalState,
	{isOurApp, keepsData}: Wishes & {readonly isOurApp: boolean},
): readonly string[] {
	const place = journal.replica;
	const names = Object.keys(journal.secrets);
	return [
		'The files of this project stay as they are.',
		...(bucket && !wasCreatedHere(journal, 'create-bucket', bucket)
			? [`The bucket ${bucket} stays: this project did not make it.`]
			: []),
		...(place && !bucket ? [`The replica stays where it is: ${place}.`] : []),
		...(keepsData && status
			? [
					`${app} itself stays, since it holds the volume and the bucket; both cost money as long as they are there.`,
				]
			: []),
		...(status && !isOurApp
			? [
					`${app} was taken over, not made here: it stays, with what was in it.`,
					...(names.length > 0
						? [`So do the secrets that were set: fly secrets unset ${names.join(' ')} -a ${app}.`]
						: []),
				]
			: []),
		...(readKnownAnswer(journal, 'domain')
			? ['DNS records of the domain stay at your registrar: remove them there.']
			: []),
	];
}

/** Whether a setup's call was cut off, so that what it made is not recorded. */
export const hasOpenSetup = ({intents}: JournalState): boolean =>
	intents.some(({step}) => removalKinds.some(({stepId}) => stepId === step));

/**
The journal after what is there now was held against the calls that were cut off: what is listed now, was not before such
a call, and is one thing, is ours.
*/
export function settleByInventory(journal: JournalState, inventory: Inventory): JournalState {
	const ids = {...journal.ids};
	const made = new Set(journal.made);
	const things = {...journal.things};
	for (const call of journal.intents) {
		const {step, before} = call;
		const fresh = listOf(step, inventory).filter(each => !before.includes(each));
		const [id] = fresh;
		if (fresh.length !== 1 || id === undefined || !mayHaveMade(call, id)) continue;
		made.add(step);
		things[step] = [...new Set([...(things[step] ?? []), id])];
		if (step !== 'allocate-addresses') ids[step] = id;
	}

	return {...journal, ids, made: [...made], things};
}

/** A call that names what it makes has made nothing else. */
const mayHaveMade = ({step, argv}: PendingCall, id: string): boolean =>
	!['create-app', 'create-bucket', 'add-certificate'].includes(step) || argv.includes(id);

function listOf(
	step: string,
	{status, volumes, bucket, addresses, certificates}: Inventory,
): readonly string[] {
	switch (step) {
		case 'create-app':
			return status ? [status.Name] : [];
		case 'create-volume':
			return volumes.map(({id}) => id);
		case 'create-bucket':
			return bucket ? [bucket] : [];
		case 'add-certificate':
			return certificates.map(({hostname}) => hostname);
		case 'allocate-addresses':
			return addresses.map(({Address}) => Address);
		default:
			return [];
	}
}
