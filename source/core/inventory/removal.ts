import type {Inventory} from '../fly/inventory.ts';
import type {AppSection} from '../journal.ts';
import {findCreated, isMadeHere, judgeApp, settleCalls, type Thing} from '../ownership.ts';
import type {InventoryEntry, Step, StepResource} from '../plan/step.ts';

export type Removal = {
	/** In the order of deletion. */
	readonly entries: readonly RemovalEntry[];
	/** What phxfly created under a name that its app no longer has: only a person can tell whether it is the same. */
	readonly lost: readonly RemovalEntry[];
	/** What stays, and why, one sentence each. */
	readonly stays: readonly string[];
	/** Nothing that the journal records of this app remains. */
	readonly isWhole: boolean;
	/** What phxfly did not create, and for which the app that it created stays. */
	readonly blocking: readonly Pick<RemovalEntry, 'kind' | 'id' | 'command'>[];
};

/** One resource that `destroy` deletes. */
export type RemovalEntry = InventoryEntry & {
	readonly kind: string;
	/** The step that created it and knows how to delete it. */
	readonly stepId: string;
	/** What is lost with it. */
	readonly detail: string;
	/** How a person deletes it. */
	readonly command: string;
};

type RemovalOptions = {
	/** The volume and the bucket stay, and so does the app that owns them. */
	readonly keepsData: boolean;
	/** What phxfly created, still exists, and is no longer listed with its app, by step id. */
	readonly outlived: readonly {readonly step: string; readonly id: string}[];
	/** The same of what phxfly asked for without an answer. */
	readonly asked?: readonly {readonly step: string; readonly id: string}[];
	/** `--domain` of the setup. */
	readonly domain: string | undefined;
};

/** The part of a step that tells what it creates. */
type Maker = Pick<Step, 'id' | 'resource'>;

type ResourceMaker = {readonly id: string; readonly resource: StepResource};

type Listed = {readonly maker: ResourceMaker; readonly thing: Thing};

/**
Returns what to delete: what the journal records as created for this app, by its id, and that still exists. The app is
deleted only if phxfly created it and everything in it.
*/
export function planRemoval(
	inventory: Inventory,
	section: AppSection,
	steps: readonly Maker[],
	options: RemovalOptions,
): Removal {
	const {status} = inventory;
	const makers = listMakers(steps);
	const all = status ? listAll(inventory, makers) : [];
	const sameness = judgeTold(inventory, section, makers);
	// Without anything else, a secret that is still as it was set.
	const isShown = sameness === 'same' || (sameness === 'unknown' && Object.keys(section.secrets).length > 0);
	const isOurs = ({maker, thing}: Listed) =>
		// A shared address has no mark, so only what has one can show that the app is still ours.
		(isMarked(section, maker.id, thing) || sameness === 'same' || sameness === 'unknown') &&
		(isMadeHere(section, maker.id, thing) ||
			(isShown && isUnrecordedMachine({maker, thing}, section, inventory, makers)));
	const isApp = ({maker}: Listed) => maker.resource.kind === 'app';
	const inside = all.filter(each => !isApp(each));
	const others = inside.filter(each => !isOurs(each) && !isRecordedByAnother(each, section));
	const blocking = others.filter(({maker}) => !maker.resource.outlivesApp);
	const isOurApp = all.some(each => isApp(each) && isOurs(each));
	const ours = inside.filter(isOurs).filter(({maker}) => !(options.keepsData && maker.resource.isData));
	const held = ours.filter(each => isHeldByOther(each, inventory, ours));
	const deletesApp = isOurApp && !options.keepsData && blocking.length === 0;
	const entries = [
		...ours.filter(each => !held.includes(each)),
		...(deletesApp ? all.filter(isApp) : []),
	].map(({maker, thing}) => toEntry(maker, thing.id, inventory));
	const toEntries = (things: RemovalOptions['outlived']) =>
		things.flatMap(({step, id}) =>
			makers.filter(maker => maker.id === step).map(maker => toEntry(maker, id, inventory)),
		);
	// Only its app shows that a bucket is not another one of the same name.
	const lost = toEntries(options.outlived);
	return {
		entries,
		lost,
		stays: sayWhatStays(inventory, section, {
			...{others, held, deletesApp, sameness, unanswered: toEntries(options.asked ?? [])},
			lost,
			...{wasMade: isMade(section, makers, 'app'), ...options},
		}),
		// An app without anything of ours may also be an incident at Fly: only another one shows that ours is gone.
		isWhole:
			!options.keepsData &&
			(deletesApp || !isOurApp) &&
			held.length === 0 &&
			!(status && sameness === 'gone'),
		blocking:
			isOurApp && !options.keepsData
				? blocking.map(({maker, thing}) => toEntry(maker, thing.id, inventory))
				: [],
	};
}

/** Returns the steps that create something, in the order of deletion: each frees what comes after it. */
export const listMakers = <T extends Maker>(steps: readonly T[]): readonly (T & ResourceMaker)[] =>
	steps
		.filter((step): step is T & ResourceMaker => step.resource !== undefined)
		.sort((a, b) => a.resource.removalOrder - b.resource.removalOrder);

const listAll = (inventory: Inventory, makers: readonly ResourceMaker[]): readonly Listed[] =>
	makers.flatMap(maker => maker.resource.listed(inventory).map(thing => ({maker, thing})));

/** Tells whether the app is still ours, by what is in it. */
function judgeTold(inventory: Inventory, section: AppSection, makers: readonly ResourceMaker[]) {
	const inside = makers.filter(({resource: {kind, outlivesApp}}) => kind !== 'app' && !outlivesApp);
	const isReused = (step: string) => inside.some(({id, resource}) => id === step && resource.reusesIds);
	return judgeApp(
		{...section, made: section.made.filter(({step, mark}) => mark !== undefined || !isReused(step))},
		new Map(inside.map(({id, resource}) => [id, resource.listed(inventory)])),
		new Map(inventory.secrets.map(({name, digest}) => [name, digest])),
	);
}

const isMarked = ({made}: AppSection, stepId: string, {id, mark}: Thing): boolean =>
	mark !== undefined && made.some(each => each.step === stepId && each.id === id && each.mark === mark);

const isMade = ({made}: AppSection, makers: readonly ResourceMaker[], kind: string): boolean =>
	makers.some(({id, resource}) => resource.kind === kind && made.some(({step}) => step === id));

/** Two steps may create the same kind of thing: what another step recorded is not a stranger. */
const isRecordedByAnother = ({maker, thing}: Listed, {made}: AppSection): boolean =>
	made.some(({step, id}) => step !== maker.id && id === thing.id);

/** Tells whether a deploy of an earlier version created the machine, which recorded none: it has our volume, or it is the app's only one. */
function isUnrecordedMachine(
	{maker, thing}: Listed,
	section: AppSection,
	inventory: Inventory,
	makers: readonly ResourceMaker[],
): boolean {
	if (!section.lacksMachines || maker.resource.kind !== 'machine' || thing.traits.kind !== 'managed')
		return false;
	const isOnly = isMade(section, makers, 'app') && inventory.machines.length === 1;
	return (
		isOnly ||
		makers.some(({id: step, resource}) =>
			resource
				.listed(inventory)
				.some(
					other => resource.heldBy?.(other.id, inventory) === thing.id && isMadeHere(section, step, other),
				),
		)
	);
}

const isHeldByOther = ({maker, thing}: Listed, inventory: Inventory, ours: readonly Listed[]): boolean => {
	const holder = maker.resource.heldBy?.(thing.id, inventory);
	return (
		holder !== undefined &&
		inventory.machines.some(({id}) => id === holder) &&
		!ours.some(each => each.thing.id === holder)
	);
};

const toEntry = ({id: stepId, resource}: ResourceMaker, id: string, inventory: Inventory): RemovalEntry => ({
	...{kind: resource.kind, stepId, app: inventory.app, id},
	detail: resource.loss(id, inventory),
	command: resource.removeCommand({app: inventory.app, id}),
});

type Outcome = RemovalOptions & {
	readonly others: readonly Listed[];
	readonly held: readonly Listed[];
	readonly deletesApp: boolean;
	readonly lost: readonly RemovalEntry[];
	readonly unanswered: readonly RemovalEntry[];
	readonly sameness: ReturnType<typeof judgeApp>;
	/** The journal says that phxfly created the app. */
	readonly wasMade: boolean;
};

function sayWhatStays(inventory: Inventory, section: AppSection, outcome: Outcome): readonly string[] {
	const {app, status, bucket} = inventory;
	const {others, held, lost, keepsData, domain} = outcome;
	const {replica, secrets} = section;
	const names = Object.entries(secrets).flatMap(([name, {digest}]) =>
		inventory.secrets.some(secret => secret.name === name && secret.digest === digest) ? [name] : [],
	);
	return [
		'The files of this project stay as they are.',
		...held.map(
			({maker, thing}) =>
				`The ${maker.resource.kind} ${thing.id} stays: machine ${maker.resource.heldBy?.(thing.id, inventory)} uses it, and phxfly did not create that machine.`,
		),
		...others.map(({maker: {resource}, thing}) => {
			const command = resource.removeCommand({app, id: thing.id});
			return `The ${resource.kind} ${thing.id} stays: phxfly has no record of creating it for this app. To delete it yourself: ${command}.`;
		}),
		...lost.map(
			({kind, id, command}) =>
				`The ${kind} ${id} stays: ${app} no longer has it, so phxfly cannot tell whether it is the one it created. To delete it yourself: ${command}.`,
		),
		...outcome.unanswered.map(
			({kind, id, command}) =>
				`The ${kind} ${id} stays: phxfly asked for it and got no answer, so it cannot tell whether it created it. To delete it yourself: ${command}.`,
		),
		...(replica && !bucket ? [`The replica stays where it is: ${replica}.`] : []),
		...(status ? sayWhyAppStays(app, outcome) : []),
		...(status && !outcome.deletesApp && !keepsData && names.length > 0
			? [
					`The secrets that phxfly set stay too. To remove them: fly secrets unset ${names.join(' ')} -a ${app}.`,
				]
			: []),
		...(domain ? ['DNS records of the domain stay at your registrar. Delete them there.'] : []),
	];
}

function sayWhyAppStays(app: string, {keepsData, wasMade, deletesApp, sameness}: Outcome): readonly string[] {
	if (deletesApp) return [];
	if (keepsData)
		return [
			`${app} itself stays, because it owns the volume and the bucket. Both cost money as long as they exist.`,
		];
	if (!wasMade) return [`${app} was adopted, not created by this project: it stays, with what was in it.`];
	if (sameness === 'another' || sameness === 'gone')
		return [
			`${app} stays: it no longer has anything that phxfly created in it, so it may be another app of the same name. To delete it yourself: fly apps destroy ${app}.`,
		];
	return [
		`${app} stays, because it contains what phxfly did not create. Delete that, then run phxfly destroy again.`,
	];
}

/** Says why an app stays that contains what phxfly did not create, and what to do about it. */
export function sayNotMadeHere(
	app: string,
	blocking: Removal['blocking'],
): {readonly message: string; readonly hint: string} {
	const names = blocking.map(({kind, id}) => `${kind} ${id}`).join(', ');
	const commands = blocking.map(({command}) => command).join('; ');
	return {
		message: `${app} stays, because deleting it would also delete what phxfly did not create: ${names}. phxfly deleted only what it created.`,
		hint: `If you do not need them, delete them yourself, then run phxfly destroy again: ${commands}`,
	};
}

/** Tells whether a setup's call was interrupted, so that its result is not recorded. */
export const hasOpenSetup = ({calls}: AppSection, steps: readonly Maker[]): boolean =>
	calls.some(({step}) => listMakers(steps).some(({id}) => id === step));

/** Returns the section with the results of interrupted calls instead of those calls. */
export const settleByInventory = (
	section: AppSection,
	inventory: Inventory,
	steps: readonly Step[],
): AppSection =>
	listMakers(steps).reduce((now, step) => {
		const open = now.calls.filter(call => call.step === step.id);
		if (open.length === 0) return now;
		return settleCalls(now, step.id, findCreated(open, step.resource.listed(inventory), step), steps);
	}, section);
