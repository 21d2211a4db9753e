import type {FlyVolume} from '../fly/output.ts';
import type {JournalState} from '../journal.ts';
import {changed, onlyHere, onlyInJournal} from './differences.ts';
import type {Difference, Inventory} from './inventory.ts';
import {readKnownAnswer} from './read-known-answer.ts';

/** Names are not unique on Fly, so volumes are told apart by id. */
export function compareVolumes(
	{app, volumes}: Inventory,
	journal: JournalState | undefined,
): readonly Difference[] {
	if (!journal) return [];
	const known = journal.ids['create-volume'];
	const ours = volumes.find(({id}) => id === known);
	const again = 'phxfly makes another one and fills it from the replica';
	return [
		...(known && !ours ? [onlyInJournal('volume', known, 'Fly has it no more', again)] : []),
		...(ours ? compareOurs(app, ours, journal) : []),
		...volumes
			.filter(volume => volume !== ours)
			.map(({id, name, size_gb: sizeGb}) =>
				onlyHere(
					...(['volume', id, `${name}, ${sizeGb} GB`] as const),
					`fly volumes destroy ${id} -a ${app}, if it holds nothing you need`,
				),
			),
	];
}

function compareOurs(
	app: string,
	{id, size_gb: sizeGb, region}: FlyVolume,
	journal: JournalState,
): readonly Difference[] {
	const wantedGb = Number(readKnownAnswer(journal, 'volume-size') ?? sizeGb);
	const wantedRegion = readKnownAnswer(journal, 'region');
	const next =
		sizeGb < wantedGb
			? `fly volumes extend ${id} --size ${wantedGb} -a ${app}`
			: `phxfly --volume-size ${sizeGb}`;
	return [
		...(sizeGb === wantedGb ? [] : [changed('volume', id, `${sizeGb} GB, not ${wantedGb}`, next)]),
		...(wantedRegion && region !== wantedRegion
			? [changed('volume', id, `in ${region}, not in ${wantedRegion}`, `phxfly --region ${region}`)]
			: []),
	];
}
