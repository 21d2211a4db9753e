import type {Inventory} from '../inventory/inventory.ts';
import type {Intent, JournalState} from '../journal.ts';
import {removalKinds} from './removal-kinds.ts';

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
	for (const intent of journal.intents) {
		const {step, before} = intent;
		const fresh = listOf(step, inventory).filter(each => !before.includes(each));
		const [id] = fresh;
		if (fresh.length !== 1 || id === undefined || !mayHaveMade(intent, id)) continue;
		made.add(step);
		things[step] = [...new Set([...(things[step] ?? []), id])];
		if (step !== 'allocate-addresses') ids[step] = id;
	}

	return {...journal, ids, made: [...made], things};
}

/** A call that names what it makes has made nothing else. */
const mayHaveMade = ({step, argv}: Intent, id: string): boolean =>
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
