import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Inventory} from '../core/fly/inventory.ts';
import {hasOpenSetup, listMakers, type RemovalEntry, settleByInventory} from '../core/inventory/removal.ts';
import type {JournalState} from '../core/journal.ts';
import type {BoundStep, Finding, Step} from '../core/plan/step.ts';
import type {Readers} from '../core/readers.ts';
import type {Run} from '../core/run/ports.ts';
import {readInventory} from './inventory.ts';
import {settleMs, stopOrphans} from './pending-calls.ts';
import {runSteps} from './run.ts';

/** What is gone must be seen so twice, unless this run took it away: an incident at Fly looks the same. Milliseconds. */
const secondLookMs = 3000;

/**
Takes the entries away, one kind after the other, each as a step of its own: look, act, look, with an intent on disk
before every call. What is gone is forgotten at once, so that a run that is killed goes on with the rest.

@throws {Failure} The first one; what stands after it is left as it is.
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
		steps.push(makeRemoval(step, maker, own, project));
	}

	const emit: Run['emit'] = event => {
		if (event.type === 'step-changed' && (event.status === 'done' || event.status === 'already-done')) {
			const maker = makers.find(each => event.id === removalIdOf(each));
			if (maker) project.journal.change(state => forget(state, maker.id, event.id));
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
			if (left.length > 0 || journalView.hasRun(step.id)) return judge(left);
			await readers.clock.sleep(secondLookMs);
			return judge(await listLeft());
		},
		actions: finding =>
			entries
				.filter(entry => finding.is === 'partial' && finding.missing.includes(entry.id))
				.flatMap(entry => maker.remove?.(entry) ?? []),
		// It makes nothing, and what cannot be removed says so itself.
		list: async () => [],
		prove: async () => undefined,
		records: async () => [],
		explainFailure: async () => [],
		refineFailure: async failure => failure,
	};
}

function forget(state: JournalState, stepId: string, removalId: string): JournalState {
	const without = <T>(map: Readonly<Record<string, T>>) =>
		Object.fromEntries(Object.entries(map).filter(([key]) => key !== stepId && key !== removalId));
	return {
		...state,
		ids: without(state.ids),
		made: state.made.filter(step => step !== stepId),
		things: without(state.things ?? {}),
	};
}

const mostLooks = 6;

type Leftovers = {
	readonly inventory: Inventory;
	/** With what cut-off calls turned out to have made. */
	readonly journal: JournalState;
	/** Kinds of what was made here and is left, though the app is gone. */
	readonly outlived: readonly string[];
};

/**
What is left of what was made. Ends what an earlier run left running, and waits until late creates have landed.

@throws {Failure} What could not be read: nothing is removed on half a list.
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
	const [unread] = inventory.unread;
	if (unread) {
		throw new Failure('not-there-yet', `What ${app} has cannot be read just now: ${unread.why}`, {
			hint: 'Run phxfly destroy again in a minute. Nothing was removed.',
		});
	}

	journal.change(state => {
		const settled = settleByInventory(state, inventory, steps);
		return {...settled, intents: settled.intents.filter(({step}) => step.startsWith('remove-'))};
	});
	const state = journal.read();
	const outlived = inventory.status ? [] : await findOutlived(state, app, steps, readers);
	return {inventory, journal: state, outlived};
}

async function findOutlived(
	{made, ids}: JournalState,
	app: string,
	steps: readonly Step[],
	readers: Readers,
): Promise<readonly string[]> {
	const kinds: string[] = [];
	for (const {id: step, resource, isLeft} of listMakers(steps)) {
		const id = resource.outlivesApp && made.includes(step) ? ids[step] : undefined;
		if (id !== undefined && (await isLeft?.({app, id}, readers))) kinds.push(resource.kind);
	}

	return kinds;
}

/** Twice where something may still land, and where nothing is seen at all: an incident at Fly looks the same. */
async function lookUntilSettled(
	{readers, journal}: Project,
	app: string,
	steps: readonly Step[],
): Promise<Inventory> {
	let inventory = await readInventory(readers.fly, app);
	const isOpen = hasOpenSetup(journal.read(), steps);
	for (let look = 0; look < mostLooks && (isOpen || !inventory.status); look++) {
		await readers.clock.sleep(isOpen ? settleMs : secondLookMs);
		const again = await readInventory(readers.fly, app);
		if (JSON.stringify(again) === JSON.stringify(inventory)) return again;
		inventory = again;
	}

	return inventory;
}
