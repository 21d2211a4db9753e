import {Failure} from '../errors/failure.ts';
import type {Inventory} from '../fly/inventory.ts';
import type {JournalState} from '../journal.ts';
import type {InventoryEntry, Step, StepResource} from '../plan/step.ts';
import {compareInventory} from './compare.ts';
import {readKnownAnswer} from './inventory.ts';

export type Removal = {
	/** In the order they go. */
	readonly entries: readonly RemovalEntry[];
	/** What stays, and why, a sentence each. */
	readonly stays: readonly string[];
	/** Nothing is left that the journal is about. */
	readonly isWhole: boolean;
};

/** One thing that a destroy takes away. */
export type RemovalEntry = InventoryEntry & {
	readonly kind: string;
	/** The step that made it, and that knows how to take it away. */
	readonly stepId: string;
	/** What dies with it. */
	readonly detail: string;
};

type Wishes = {
	/** The volume and the bucket stay, and the app, which holds them. */
	readonly keepsData: boolean;
	/** Kinds of which one of ours outlived its app. */
	readonly outlived: readonly string[];
};

/** A step as far as it makes something. */
type Maker = Pick<Step, 'id' | 'resource'>;

type ResourceMaker = {readonly id: string; readonly resource: StepResource};

/**
What this project's journal made and is there now. In an app that was taken over, that is what was made in it.

@throws {Failure} `not-made-here` (exit 7) where the app itself would go, and holds what the journal does not know.
*/
export function planRemoval(
	inventory: Inventory,
	journal: JournalState,
	steps: readonly Maker[],
	wishes: Wishes,
): Removal {
	const {app, status} = inventory;
	const makers = listMakers(steps);
	const isOurApp = makers.some(({id, resource}) => resource.kind === 'app' && journal.made.includes(id));
	const isWhole = isOurApp && !wishes.keepsData;
	const foreign = compareInventory(inventory, journal, steps, []).filter(({is}) => is === 'only here');
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

	const isForeign = (kind: string, id: string) => foreign.some(each => each.kind === kind && each.id === id);
	const entries = makers.flatMap(({id: stepId, resource}): readonly RemovalEntry[] => {
		const {kind, isData} = resource;
		if (wishes.keepsData && isData) return [];
		const found = status ? listOurs(inventory, journal, makers, {stepId, resource, isOurApp}) : [];
		const lost = wishes.outlived.includes(kind) ? [journal.ids[stepId] ?? ''] : [];
		return [...found, ...lost]
			.filter(id => !isForeign(kind, id))
			.map(id => ({kind, stepId, app, id, detail: resource.loss(id, inventory)}));
	});
	return {
		entries,
		stays: sayWhatStays(inventory, journal, makers, {isOurApp, ...wishes}),
		isWhole: !wishes.keepsData,
	};
}

/** The steps whose calls make something, in the order that goes: each frees what stands after it. */
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
	{isOurApp, keepsData}: Wishes & {readonly isOurApp: boolean},
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
					.map(id => `The ${resource.kind} ${id} stays: this project did not make it.`),
			),
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
export const hasOpenSetup = ({intents}: JournalState, steps: readonly Maker[]): boolean =>
	intents.some(({step}) => listMakers(steps).some(({id}) => id === step));

/**
The journal after what is there now was held against the calls that were cut off: what is listed now, was not before such
a call, and is one thing, is ours.
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
		// What has no ids in the journal was not listed before its call either.
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
