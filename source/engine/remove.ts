import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Inventory} from '../core/fly/inventory.ts';
import {
	hasOpenSetup,
	listMakers,
	planRemoval,
	type RemovalEntry,
	sayNotMadeHere,
	settleByInventory,
} from '../core/inventory/removal.ts';
import type {AppSection} from '../core/journal.ts';
import {readAsked} from '../core/ownership.ts';
import type {BoundStep, Finding, Step} from '../core/plan/step.ts';
import type {Readers} from '../core/readers.ts';
import type {Run} from '../core/run/ports.ts';
import {readInventory} from './inventory.ts';
import {settleMs, stopOrphans} from './pending-calls.ts';
import {runSteps} from './run.ts';

/** "Nothing there" needs two looks, unless this run deleted it: an incident at Fly looks the same. Milliseconds. */
const secondLookMs = 3000;
const maxLooks = 6;

/**
Deletes the entries, one kind after the other, each as its own step: look, act, look, with a journal entry before every
call. The journal forgets what is gone at once, so that after a kill the next run continues with the rest.

@throws {Failure} The first one. Entries after it stay as they are.
*/
export async function removeEntries(
	entries: readonly RemovalEntry[],
	known: readonly Step[],
	project: Project,
	run: Run,
): Promise<void> {
	const makers = listMakers(known);
	const steps: BoundStep[] = [];
	for (const maker of makers) {
		const own = entries.filter(({stepId}) => stepId === maker.id);
		const [first] = own;
		if (!first) continue;
		const {removalTitle: title} = maker.resource;
		const step = {id: removalIdOf(maker), title, needs: steps.map(({id}) => id), app: first.app};
		const isApp = maker.resource.kind === 'app';
		steps.push(
			makeRemoval(step, maker, own, project, () => (isApp ? findAdded(entries, known, project) : undefined)),
		);
	}

	const emit: Run['emit'] = event => {
		if (event.type === 'step-changed' && (event.status === 'done' || event.status === 'already-done')) {
			const maker = makers.find(each => event.id === removalIdOf(each));
			const gone = entries.filter(({stepId}) => stepId === maker?.id);
			project.journal.changeSection(section => forget(section, gone, event.id));
		}

		run.emit(event);
	};
	await runSteps(steps, project, {...run, emit});
}

const removalIdOf = ({resource}: Pick<Step, 'resource'>) => `remove-${resource?.kind}`;

function makeRemoval(
	step: Pick<BoundStep, 'id' | 'title' | 'needs' | 'app'>,
	maker: Step,
	entries: readonly RemovalEntry[],
	{readers, journalView}: Project,
	findObstacle: () => Promise<Finding | undefined> | undefined,
): BoundStep {
	const listLeft = async () => {
		const left = await Promise.all(
			entries.map(async entry => ((await maker.isLeft?.(entry, readers)) ? [entry.id] : [])),
		);
		return left.flat();
	};
	const judge = (missing: readonly string[]): Finding =>
		missing.length === 0 ? {is: 'there', id: 'gone'} : {is: 'partial', missing};
	return {
		...step,
		locks: [],
		async look() {
			const left = await listLeft();
			if (left.length > 0) return (await findObstacle()) ?? judge(left);
			if (journalView.hasRun(step.id)) return judge(left);
			await readers.clock.sleep(secondLookMs);
			return judge(await listLeft());
		},
		actions: finding =>
			entries
				.filter(entry => finding.is === 'partial' && finding.missing.includes(entry.id))
				.flatMap(entry => maker.remove?.(entry) ?? []),
		// A removal creates nothing, and flyctl says what it cannot delete.
		list: async () => [],
		prove: async () => undefined,
		records: async () => [],
		explainFailure: async () => [],
		refineFailure: async failure => failure,
	};
}

/** Looks once more before the app goes: a list may have been wrong, and others may have created something meanwhile. */
async function findAdded(
	entries: readonly RemovalEntry[],
	known: readonly Step[],
	{readers, journal}: Pick<Project, 'readers' | 'journal'>,
): Promise<Finding | undefined> {
	const {app} = journal.section();
	const inventory = await readComplete(readers, app);
	const options = {keepsData: false, outlived: [], domain: undefined};
	const blocking = planRemoval(inventory, journal.section(), known, options).blocking.filter(
		({id}) => !entries.some(entry => entry.id === id),
	);
	if (blocking.length === 0) return undefined;
	const {message: why, hint} = sayNotMadeHere(app, blocking);
	return {is: 'conflict', code: 'not-made-here', why, hint};
}

function forget(section: AppSection, gone: readonly RemovalEntry[], removalId: string): AppSection {
	const isGone = (step: string, id: string) => gone.some(each => each.stepId === step && each.id === id);
	const isLeft = (step: string) => section.made.some(each => each.step === step && !isGone(step, each.id));
	const isForgotten = (step: string) =>
		step === removalId || (gone.some(({stepId}) => stepId === step) && !isLeft(step));
	return {
		...section,
		ids: Object.fromEntries(Object.entries(section.ids).filter(([step]) => !isForgotten(step))),
		made: section.made.filter(({step, id}) => !isGone(step, id)),
	};
}

type Leftovers = {
	readonly inventory: Inventory;
	/** Includes what interrupted calls turned out to have created. */
	readonly section: AppSection;
	/** What phxfly created and still exists, though the app no longer lists it. */
	readonly outlived: AppSection['made'];
	/** The same of what an interrupted call asked for. */
	readonly asked: AppSection['made'];
};

/**
Finds what still exists of what phxfly created for the app. Stops what an earlier run left running, and waits for late
creates.

@throws {Failure} When a part cannot be read, since nothing is deleted on the word of an incomplete list.
*/
export async function findLeftovers(
	project: Project,
	app: string,
	steps: readonly Step[],
	emit: Run['emit'],
): Promise<Leftovers> {
	const {readers, journal, executor} = project;
	await stopOrphans({journal, executor}, emit);
	const inventory = await lookUntilSettled(project, app, steps);
	requireComplete(inventory);
	await requireBelievable(inventory, journal.section(), steps, readers);
	const asked = await findLeft(listAsked(journal.section(), steps), inventory, steps, readers);
	journal.changeSection(now => {
		const settled = settleByInventory(now, inventory, steps);
		return {...settled, calls: settled.calls.filter(({step}) => step.startsWith('remove-'))};
	});
	const section = journal.section();
	const outlived = await findLeft(section.made, inventory, steps, readers);
	return {inventory, section, outlived, asked};
}

async function readComplete({fly}: Readers, app: string): Promise<Inventory> {
	const inventory = await readInventory(fly, app);
	requireComplete(inventory);
	return inventory;
}

/** @throws {Failure} `not-there-yet` when a part cannot be read. */
function requireComplete({app, unread: [unread]}: Inventory): void {
	if (unread)
		throw new Failure('not-there-yet', `Cannot list everything ${app} has: ${unread.why}`, {
			hint: 'Run phxfly destroy again in a minute.',
		});
}

/**
Asks once more for what the journal records and a list lacks: an incident at Fly shows less than there is.

@throws {Failure} `list-not-believed` when it exists.
*/
async function requireBelievable(
	inventory: Inventory,
	{made, secrets}: AppSection,
	steps: readonly Step[],
	readers: Readers,
): Promise<void> {
	const {app, status} = inventory;
	// The key of a bucket is a secret: without it, the bucket would not count as ours.
	const isEmpty = status && inventory.secrets.length === 0 && Object.keys(secrets).length > 0;
	if (isEmpty && (await readers.fly.listSecrets(app)).length > 0) throw notBelieved(app, 'secrets');
	const inside = listMakers(steps).filter(({resource}) => !resource.outlivesApp);
	for (const maker of inside.filter(({resource}) => status || resource.kind !== 'app')) {
		const listed = maker.resource.listed(inventory);
		const missing = made.filter(({step, id}) => step === maker.id && !listed.some(each => each.id === id));
		for (const {id} of missing) {
			const asked = maker.isLeft?.({app, id}, readers);
			// Of an app that is gone, flyctl only says so.
			if (!(await (status ? asked : asked?.catch(() => false)))) continue;
			throw notBelieved(app, `${maker.resource.kind} ${id}`);
		}
	}
}

const notBelieved = (app: string, what: string) =>
	new Failure(
		'list-not-believed',
		`Fly left out what ${app} has: ${what}. It may have an incident. Nothing was deleted.`,
		{hint: 'Check status.flyio.net, then run phxfly destroy again in a minute.'},
	);

/** Lists what open calls asked for and would outlive its app. */
const listAsked = ({calls}: AppSection, steps: readonly Step[]): AppSection['made'] =>
	calls.flatMap(call => {
		const maker = steps.find(({id}) => id === call.step);
		const id = maker && readAsked(call, maker)?.id;
		return id === undefined || call.before.includes(id) ? [] : [{step: call.step, id}];
	});

/** Returns those that outlive their app, still exist, and are not listed with it. */
export async function findLeft(
	things: AppSection['made'],
	inventory: Inventory,
	steps: readonly Step[],
	readers: Readers,
): Promise<AppSection['made']> {
	const outliving = listMakers(steps).filter(({resource}) => resource.outlivesApp);
	const found = await Promise.all(
		things.map(async each => {
			const maker = outliving.find(({id}) => id === each.step);
			const {app} = inventory;
			if (!maker || maker.resource.listed(inventory).some(({id}) => id === each.id)) return [];
			return (await maker.isLeft?.({app, id: each.id}, readers)) ? [each] : [];
		}),
	);
	return found.flat();
}

/** Reads twice where a call may still take effect and where Fly shows no app, since an incident looks the same. */
async function lookUntilSettled(
	{readers, journal}: Project,
	app: string,
	steps: readonly Step[],
): Promise<Inventory> {
	let inventory = await readInventory(readers.fly, app);
	const isOpen = hasOpenSetup(journal.section(), steps);
	for (let look = 0; look < maxLooks && (isOpen || !inventory.status); look++) {
		await readers.clock.sleep(isOpen ? settleMs : secondLookMs);
		const again = await readInventory(readers.fly, app);
		if (JSON.stringify(again) === JSON.stringify(inventory)) return again;
		inventory = again;
	}

	return inventory;
}
