import type {Inventory} from '../fly/inventory.ts';
import {type FlyMachine, type FlyVolume, isManaged} from '../fly/output.ts';
import {findRecordedId, type JournalState, type Maker} from '../journal.ts';
import {type Difference, readKnownAnswer} from './inventory.ts';

type Recorded = JournalState & {readonly idOf: (kind: string) => string | undefined};

/**
What is not as the journal has it. What could not be read is not compared.

@param journal - `undefined` where it knows nothing of this app.
@param makers - The steps, by which it keeps its ids.
@param configDifferences - What a deploy of the local fly.toml would change, by key.
*/
export function compareInventory(
	inventory: Inventory,
	journal: JournalState | undefined,
	makers: readonly Maker[],
	configDifferences: readonly string[],
): readonly Difference[] {
	const {app, status, unread} = inventory;
	const recorded = journal && {
		...journal,
		idOf: (kind: string) => findRecordedId(journal, makers, kind),
	};
	if (!status) {
		const why = 'Fly knows no such app, or this login cannot see it';
		return journal ? [onlyInJournal('app', app, why, 'phxfly sets it up again')] : [];
	}

	// A step of ours may make a second thing of a kind.
	const isOfAnother = (kind: string, id: string) =>
		makers.some(maker => maker.resource?.kind !== kind && journal?.things?.[maker.id]?.includes(id));
	return [
		...configDifferences.map(key =>
			changed('fly.toml', key, 'it says something else than what is deployed', 'phxfly deploy'),
		),
		...compared
			.filter(([kind]) => !unread.some(each => each.kind === kind))
			.flatMap(([, compare]) => compare(inventory, recorded))
			.filter(({is, kind, id}) => is !== 'only here' || !isOfAnother(kind, id)),
	];
}

type Compare = (inventory: Inventory, journal: Recorded | undefined) => readonly Difference[];

/** In the order people read it; each by the kind that `Inventory.unread` names. */
const compared: readonly (readonly [string, Compare])[] = [
	['app', compareOrg],
	['release', compareRelease],
	['machine', compareMachines],
	['volume', compareVolumes],
	['bucket', compareBucket],
	['address', compareAddresses],
	['certificate', compareCertificates],
	['secrets', compareSecrets],
];

function compareOrg({app, status}: Inventory, journal: JournalState | undefined): readonly Difference[] {
	const slug = status?.Organization.Slug;
	const known = journal?.account?.org;
	if (known === undefined || slug === known) return [];
	return [changed('app', app, `in ${slug}, not in ${known}`, `phxfly --org ${slug}`)];
}

function compareRelease({release}: Inventory): readonly Difference[] {
	if (!release || release.Status === 'complete') return [];
	return [changed('release', String(release.Version), `it is ${release.Status}`, 'phxfly deploy')];
}

/** One machine is wanted: the one that holds a volume, else the first that a deploy made. */
function compareMachines(
	{app, machines, volumes}: Inventory,
	journal: Recorded | undefined,
): readonly Difference[] {
	const managed = machines.filter(isManaged);
	const holders = volumes.map(({attached_machine_id: id}) => id);
	const kept = managed.find(({id}) => holders.includes(id)) ?? managed[0];
	const deployed = journal?.idOf('machine');
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

/** Names are not unique on Fly, so volumes are told apart by id. */
function compareVolumes({app, volumes}: Inventory, journal: Recorded | undefined): readonly Difference[] {
	if (!journal) return [];
	const known = journal.idOf('volume');
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

function compareBucket({bucket}: Inventory, journal: Recorded | undefined): readonly Difference[] {
	const known = journal?.idOf('bucket');
	if (!journal || bucket === known) return [];
	const lost = 'the app has it no more, and without it there is no replica';
	const foreign = 'the app has it, and this project did not make it';
	return [
		...(known ? [onlyInJournal('bucket', known, lost, 'phxfly')] : []),
		...(bucket ? [onlyHere('bucket', bucket, foreign, `fly storage status ${bucket}`)] : []),
	];
}

function compareAddresses({addresses}: Inventory, journal: Recorded | undefined): readonly Difference[] {
	if (!journal?.idOf('address')) return [];
	return families
		.filter(([, types]) => !addresses.some(({Type}) => types.includes(Type)))
		.map(([family]) => onlyInJournal('address', family, 'the app has none any more', 'phxfly'));
}

const families: readonly (readonly [string, readonly string[]])[] = [
	['IPv6', ['v6']],
	['IPv4', ['v4', 'shared_v4']],
];

function compareCertificates(
	{app, certificates}: Inventory,
	journal: Recorded | undefined,
): readonly Difference[] {
	if (!journal) return [];
	const known = journal.idOf('certificate');
	const hosts = certificates.map(({hostname}) => hostname);
	return [
		...(known && !hosts.includes(known)
			? [onlyInJournal('certificate', known, 'the app has it no more', 'phxfly')]
			: []),
		...hosts
			.filter(host => host !== known)
			.map(host =>
				onlyHere(
					'certificate',
					host,
					'this project did not ask for it',
					`fly certs remove ${host} -a ${app}`,
				),
			),
	];
}

/** One that somebody else set is nobody's mistake; one that is gone, changed or not deployed may be. */
function compareSecrets({secrets}: Inventory, journal: JournalState | undefined): readonly Difference[] {
	const known = Object.entries(journal?.secrets ?? {});
	return [
		...known.flatMap(([name, {digest}]) => {
			const listed = secrets.find(secret => secret.name === name);
			if (!listed) return [onlyInJournal('secret', name, 'it is not set', 'phxfly')];
			if (listed.digest === digest) return [];
			const next = 'phxfly sets it again, where its value is given';
			return [changed('secret', name, 'somebody else has set it since', next)];
		}),
		...secrets
			.filter(({status}) => status === 'Staged' || status === 'Partial')
			.map(({name}) =>
				changed('secret', name, 'it is set, and the machine does not have it yet', 'phxfly deploy'),
			),
	];
}

type Make = (kind: string, id: string, detail: string, next: string) => Difference;

const make =
	(is: Difference['is']): Make =>
	(kind, id, detail, next) => ({kind, id, is, detail, next});

const onlyHere = make('only here');

const onlyInJournal = make('only in the journal');

export const changed = make('changed');
