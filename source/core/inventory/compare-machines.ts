import {type FlyMachine, isManaged} from '../fly/output.ts';
import type {JournalState} from '../journal.ts';
import {changed, onlyHere, onlyInJournal} from './differences.ts';
import type {Difference, Inventory} from './inventory.ts';
import {readKnownAnswer} from './read-known-answer.ts';

/** One machine is wanted: the one that holds a volume, else the first that a deploy made. */
export function compareMachines(
	{app, machines, volumes}: Inventory,
	journal: JournalState | undefined,
): readonly Difference[] {
	const managed = machines.filter(isManaged);
	const holders = volumes.map(({attached_machine_id: id}) => id);
	const kept = managed.find(({id}) => holders.includes(id)) ?? managed[0];
	const deployed = journal?.ids.deploy;
	return [
		...(!kept && deployed
			? [onlyInJournal('machine', 'the one machine', `${deployed} had it`, 'phxfly deploy')]
			: []),
		...(kept ? compareKept(app, kept, journal) : []),
		...machines
			.filter(machine => machine !== kept)
			.map(machine => {
				const why = isManaged(machine)
					? 'one more than the one that is wanted'
					: 'no deploy made it, somebody ran it by hand';
				return onlyHere('machine', machine.id, why, `fly machine destroy ${machine.id} --force -a ${app}`);
			}),
	];
}

function compareKept(
	app: string,
	{id, state, region, config}: FlyMachine,
	journal: JournalState | undefined,
): readonly Difference[] {
	const wantedRegion = readKnownAnswer(journal, 'region');
	const wantedMb = readKnownAnswer(journal, 'vm-memory');
	const memoryMb = config.guest?.memory_mb;
	return [
		...(state === 'started'
			? []
			: [changed('machine', id, `it is ${state}`, `fly machine start ${id} -a ${app}`)]),
		...(wantedRegion && region !== wantedRegion
			? [changed('machine', id, `in ${region}, not in ${wantedRegion}`, 'phxfly plan')]
			: []),
		...(wantedMb && memoryMb !== undefined && memoryMb !== Number(wantedMb)
			? [changed('machine', id, `${memoryMb} MB memory, not ${wantedMb}`, 'phxfly')]
			: []),
	];
}
