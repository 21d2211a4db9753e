import type {Workshop} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Inventory} from '../core/inventory/inventory.ts';
import {hasOpenSetup, settleByInventory} from '../core/inventory/removal.ts';
import type {JournalState} from '../core/journal.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {readInventory} from '../engine/inventory.ts';
import {settleMs, stopOrphans} from '../engine/pending-calls.ts';

const mostLooks = 6;
const secondLookMs = 3000;

type Remains = {
	readonly inventory: Inventory;
	/** With what cut-off calls turned out to have made. */
	readonly journal: JournalState;
	/** The app is gone, and a bucket that was made here is not. */
	readonly isBucketLeft: boolean;
};

/**
What is left of what was made. Ends what an earlier run left running, and waits until late creates have landed.

@throws {Failure} What could not be read: nothing is removed on half a list.
*/
export async function findRemains(
	workshop: Workshop,
	app: string,
	emit: (event: PhxflyEvent) => void,
): Promise<Remains> {
	const {readers, journal, hands} = workshop;
	await stopOrphans({journal, hands}, emit);
	const inventory = await lookUntilSettled(workshop, app);
	const [unread] = inventory.unread;
	if (unread) {
		throw new Failure('not-there-yet', 'failed', `What ${app} has cannot be read just now: ${unread.why}`, {
			hint: 'Run phxfly destroy again in a minute. Nothing was removed.',
		});
	}

	journal.change(state => {
		const settled = settleByInventory(state, inventory);
		return {...settled, intents: settled.intents.filter(({step}) => step.startsWith('remove-'))};
	});
	const state = journal.read();
	const bucket = state.made.includes('create-bucket') ? state.ids['create-bucket'] : undefined;
	const isBucketLeft = !inventory.status && bucket !== undefined && (await readers.fly.hasBucket(bucket));
	return {inventory, journal: state, isBucketLeft};
}

/** Twice where something may still land, and where nothing is seen at all: an incident at Fly looks the same. */
async function lookUntilSettled({readers, journal}: Workshop, app: string): Promise<Inventory> {
	let inventory = await readInventory(readers.fly, app);
	const isOpen = hasOpenSetup(journal.read());
	for (let look = 0; look < mostLooks && (isOpen || !inventory.status); look++) {
		await readers.clock.sleep(isOpen ? settleMs : secondLookMs);
		const again = await readInventory(readers.fly, app);
		if (JSON.stringify(again) === JSON.stringify(inventory)) return again;
		inventory = again;
	}

	return inventory;
}
