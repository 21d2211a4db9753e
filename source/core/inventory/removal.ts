import {Failure} from '../errors/failure.ts';
import type {Inventory} from '../fly/inventory.ts';
import type {JournalState} from '../journal.ts';
import type {InventoryEntry, Step, StepResource} from '../plan/step.ts';
import {compareInventory} from './compare.ts';
import {readKnownAnswer} from './inventory.ts';

export type Removal = {
	/** In the order of deletion. */
	readonly entries: readonly RemovalEntry[];
	/** What stays, and why, one sentence each. */
	readonly stays: readonly string[];
	/** Nothing of the journal remains. */
	readonly isWhole: boolean;
};

/** One resource that `destroy` deletes. */
export type RemovalEntry = InventoryEntry & {
	readonly kind: string;
	/** The step that created it and knows how to delete it. */
	readonly stepId: string;
	/** What is lost with it. */
	readonly detail: string;
};

type RemovalOptions = {
	/** The volume and the bucket stay, and so does the app that owns them. */
	readonly keepsData: boolean;
	/** Kinds of resources of ours that outlived their app. */
	readonly outlived: readonly string[];
};

/** The part of a step that tells what it creates. */
type Maker = Pick<Step, 'id' | 'resource'>;

type ResourceMaker = {readonly id: string; readonly resource: StepResource};

/**
Returns what to delete: everything that this project created and that still exists. In an adopted app, only what phxfly added.

@throws {Failure} `not-made-here` (exit 7) if that deletes the app, and the app contains other resources.
*/
export function planRemoval(
	inventory: Inventory,
	journal: JournalState,
	steps: readonly Maker[],
	options: RemovalOptions,
): Removal {
	const {app, status} = inventory;
	const makers = listMakers(steps);
	const isOurApp = makers.some(({id, resource}) => resource.kind === 'app' && journal.made.includes(id));
	const isWhole = isOurApp && !options.keepsData;
	const others = compareInventory(inventory, journal, steps, []).filter(({is}) => is === 'only here');
	if (status && isWhole && others.length > 0) {
		const what = others.map(({kind, id}) => `${kind} ${id}`).join(', ');
		throw new Failure(
			'not-made-here',
			`${app} contains resources phxfly did not create: ${what}. Deleting the app would delete them too. Nothing was deleted.`,
			{
				exists: others.map(({kind, id}) => `${kind} ${id}`),
				hint: `If you do not need them, delete them yourself, then run phxfly destroy again: ${others.map(({next}) => next).join('; ')}.`,
			},
		);
	}

	const isOther = (kind: string, id: string) => others.some(each => each.kind === kind && each.id === id);
	const entries = makers.flatMap(({id: stepId, resource}): readonly RemovalEntry[] => {
		const {kind, isData} = resource;
		if (options.keepsData && isData) return [];
		const found = status ? listOurs(inventory, journal, makers, {stepId, resource, isOurApp}) : [];
		const lost = options.outlived.includes(kind) ? [journal.ids[stepId] ?? ''] : [];
		return [...found, ...lost]
			.filter(id => !isOther(kind, id))
			.map(id => ({kind, stepId, app, id, detail: resource.loss(id, inventory)}));
	});
	return {
		entries,
		stays: sayWhatStays(inventory, journal, makers, {isOurApp, ...options}),
		isWhole: !options.keepsData,
	};
}

/** Returns the steps that create something, in the order of deletion: each frees what comes after it. */
export const listMakers = <T extends Maker>(steps: readonly T[]): readonly (T & ResourceMaker)[] =>
	steps
		.filter((step): step is T & ResourceMaker => step.resource !== undefined)
		.sort((a, b) => a.resource.removalOrder - b.resource.removalOrder);

type Owned = {readonly stepId: string; readonly resource: StepResource; readonly isOurApp: boolean};

function listOurs(
	inventory: Inventory,
	journal: JournalState,
	makers: readonly ResourceMaker[],
	{stepId, resource, isOurApp}: Owned,
): readonly string[] {
	const {kind, isOurs, outlivesApp, listed} = resource;
	if (kind === 'app') return isOurApp ? listed(inventory) : [];
	const isMade = (of: string, id: string) =>
		makers.some(maker => maker.resource.kind === of && wasCreatedHere(journal, maker.id, id));
	const isOfAnother = (id: string) =>
		Object.entries(journal.things ?? {}).some(([step, ids]) => step !== stepId && ids.includes(id));
	return listed(inventory).filter(id => {
		if (wasCreatedHere(journal, stepId, id) || isOurs?.(id, inventory, isMade)) return true;
		return isOurApp && !outlivesApp && !isOfAnother(id);
	});
}

const wasCreatedHere = ({things, made, ids}: JournalState, step: string, id: string): boolean =>
	(things?.[step]?.includes(id) ?? false) || (made.includes(step) && ids[step] === id);

function sayWhatStays(
	inventory: Inventory,
	journal: JournalState,
	makers: readonly ResourceMaker[],
	{isOurApp, keepsData}: RemovalOptions & {readonly isOurApp: boolean},
): readonly string[] {
	const {app, status, bucket} = inventory;
	const place = journal.replica;
	const names = Object.keys(journal.secrets);
	return [
		'The files of this project stay as they are.',
		...makers
			.filter(({resource}) => resource.outlivesApp)
			.flatMap(({id: step, resource}) =>
				resource
					.listed(inventory)
					.filter(id => !wasCreatedHere(journal, step, id))
					.map(id => `The ${resource.kind} ${id} stays: this project did not create it.`),
			),
		...(place && !bucket ? [`The replica stays where it is: ${place}.`] : []),
		...(keepsData && status
			? [
					`${app} itself stays, because it owns the volume and the bucket. Both cost money as long as they exist.`,
				]
			: []),
		...(status && !isOurApp
			? [
					`${app} was adopted, not created by this project: it stays, with what was in it.`,
					...(names.length > 0
						? [
								`The secrets that phxfly set stay too. To remove them: fly secrets unset ${names.join(' ')} -a ${app}.`,
							]
						: []),
				]
			: []),
		...(readKnownAnswer(journal, 'domain')
			? ['DNS records of the domain stay at your registrar. Delete them there.']
			: []),
	];
}

/** Tells whether a setup's call was interrupted, so that its result is not recorded. */
export const hasOpenSetup = ({intents}: JournalState, steps: readonly Maker[]): boolean =>
	intents.some(({step}) => listMakers(steps).some(({id}) => id === step));

/**
Returns the journal with the results of interrupted calls: a single resource that is listed now, but was not before the
call, is ours.
*/
export function settleByInventory(
	journal: JournalState,
	inventory: Inventory,
	steps: readonly Maker[],
): JournalState {
	const ids = {...journal.ids};
	const made = new Set(journal.made);
	const things = {...journal.things};
	for (const {step, before, argv} of journal.intents) {
		const resource = steps.find(({id}) => id === step)?.resource;
		// Kinds without ids in the journal were not listed before the call either.
		if (!resource || resource.isOurs) continue;
		const fresh = resource.listed(inventory).filter(each => !before.includes(each));
		const [id] = fresh;
		if (fresh.length !== 1 || id === undefined || (resource.isNamedByUs && !argv.includes(id))) continue;
		made.add(step);
		things[step] = [...new Set([...(things[step] ?? []), id])];
		if (!resource.isSeveral) ids[step] = id;
	}

	return {...journal, ids, made: [...made], things};
}
