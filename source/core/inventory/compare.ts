import type {Inventory} from '../fly/inventory.ts';
import {type FlyMachine, type FlyVolume, isManaged} from '../fly/output.ts';
import {type AppSection, findRecordedId, type JournalState} from '../journal.ts';
import type {Step} from '../plan/step.ts';
import {type Difference, readKnownAnswer} from './inventory.ts';

/** What the journal says about one app, with the answers of its setup. */
export type Remembered = AppSection & Pick<JournalState, 'answers'>;

type Recorded = Remembered & {readonly idOf: (kind: string) => string | undefined};

/**
Returns how the account differs from the journal. Skips what could not be read.

@param journal - `undefined` if there is none for this app.
@param makers - The steps: the journal keeps its ids by step.
@param configDifferences - What a deploy of the local fly.toml would change, by key.
*/
export function compareInventory(
	inventory: Inventory,
	journal: Remembered | undefined,
	makers: readonly Pick<Step, 'id' | 'resource'>[],
	configDifferences: readonly string[],
): readonly Difference[] {
	const {app, status, unread} = inventory;
	const recorded = journal && {
		...journal,
		idOf: (kind: string) => findRecordedId(journal, makers, kind),
	};
	if (!status) {
		const why = 'the app does not exist, or your account cannot see it';
		return journal ? [onlyInJournal('app', app, why, 'run phxfly to set it up again')] : [];
	}

	// Another step may create a second resource of a kind.
	const isOfAnother = (kind: string, id: string) =>
		makers.some(
			maker =>
				maker.resource?.kind !== kind && journal?.made.some(each => each.step === maker.id && each.id === id),
		);
	return [
		...configDifferences.map(key =>
			changed('fly.toml', key, 'differs from what is deployed', 'phxfly deploy'),
		),
		...compared
			.filter(([kind]) => !unread.some(each => each.kind === kind))
			.flatMap(([, compare]) => compare(inventory, recorded))
			.concat(recorded ? findReplaced(inventory, recorded, makers) : [])
			.filter(({is, kind, id}) => is !== 'only here' || !isOfAnother(kind, id)),
	];
}

/** Finds what phxfly created and another has replaced: a later one with the same id, or another machine. */
function findReplaced(
	inventory: Inventory,
	{made}: Recorded,
	makers: readonly Pick<Step, 'id' | 'resource'>[],
): readonly Difference[] {
	return makers.flatMap(({id: step, resource}) => {
		if (!resource || inventory.unread.some(({kind}) => kind === resource.kind || kind === 'secrets'))
			return [];
		const marked = made.filter(each => each.step === step && each.mark !== undefined);
		const listed = resource.listed(inventory);
		const isLost = marked.length > 0 && !marked.some(({id}) => listed.some(thing => thing.id === id));
		return listed
			.filter(({id, mark, traits}) => {
				const record = marked.find(each => each.id === id);
				return record ? record.mark !== mark : isLost && traits.kind === 'managed';
			})
			.map(({id}) => changed(resource.kind, id, 'not the one that phxfly created', 'phxfly verify'));
	});
}

type Compare = (inventory: Inventory, journal: Recorded | undefined) => readonly Difference[];

/** In reading order, each with its kind as in `Inventory.unread`. */
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

function compareOrg({app, status}: Inventory, journal: Remembered | undefined): readonly Difference[] {
	const slug = status?.Organization.Slug;
	const known = journal?.org;
	if (known === undefined || slug === known) return [];
	return [changed('app', app, `in ${slug}, not in ${known}`, `phxfly --org ${slug}`)];
}

function compareRelease({release}: Inventory): readonly Difference[] {
	if (!release || release.Status === 'complete') return [];
	return [changed('release', String(release.Version), `it is ${release.Status}`, 'phxfly deploy')];
}

/** Compares the machines. One should exist: the one with a volume, otherwise the first that a deploy created. */
function compareMachines(
	{app, machines, volumes}: Inventory,
	journal: Recorded | undefined,
): readonly Difference[] {
	const managed = machines.filter(isManaged);
	const holders = volumes.map(({attached_machine_id: id}) => id);
	const main = managed.find(({id}) => holders.includes(id)) ?? managed[0];
	const deployed = journal?.idOf('machine');
	return [
		...(!main && deployed
			? [onlyInJournal('machine', 'the one machine', `${deployed} created it`, 'phxfly deploy')]
			: []),
		...(main ? compareMain(app, main, journal) : []),
		...machines
			.filter(machine => machine !== main)
			.map(machine => {
				const why = isManaged(machine) ? 'an extra machine' : 'started manually, not by a deploy';
				return onlyHere('machine', machine.id, why, `fly machine destroy ${machine.id} --force -a ${app}`);
			}),
	];
}

function compareMain(
	app: string,
	{id, state, region, config}: FlyMachine,
	journal: Remembered | undefined,
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

/** Compares volumes by id, because names are not unique on Fly. */
function compareVolumes(
	{app, volumes, machines}: Inventory,
	journal: Recorded | undefined,
): readonly Difference[] {
	if (!journal) return [];
	const known = journal.idOf('volume');
	const ours = volumes.find(({id}) => id === known);
	const next = 'run phxfly to create a new one and restore the replica';
	return [
		...(known && !ours ? [onlyInJournal('volume', known, 'it no longer exists', next)] : []),
		...(ours ? compareOurs(ours, journal) : []),
		...(ours ? compareHolder(ours, machines) : []),
		...volumes
			.filter(volume => volume !== ours)
			.map(({id, name, size_gb: sizeGb}) =>
				onlyHere(
					...(['volume', id, `${name}, ${sizeGb} GB`] as const),
					`fly volumes destroy ${id} -a ${app}, if it contains nothing you need`,
				),
			),
	];
}

function compareOurs({id, size_gb: sizeGb, region}: FlyVolume, journal: Remembered): readonly Difference[] {
	const wantedGb = Number(readKnownAnswer(journal, 'volume-size') ?? sizeGb);
	const wantedRegion = readKnownAnswer(journal, 'region');
	const next = sizeGb < wantedGb ? `phxfly --volume-size ${wantedGb}` : `phxfly --volume-size ${sizeGb}`;
	return [
		...(sizeGb === wantedGb ? [] : [changed('volume', id, `${sizeGb} GB, not ${wantedGb}`, next)]),
		...(wantedRegion && region !== wantedRegion
			? [changed('volume', id, `in ${region}, not in ${wantedRegion}`, `phxfly --region ${region}`)]
			: []),
	];
}

/** An app whose machine lacks the volume writes its database where the next restart deletes it. */
function compareHolder(
	{id, attached_machine_id: holder}: FlyVolume,
	machines: readonly FlyMachine[],
): readonly Difference[] {
	const managed = machines.filter(isManaged);
	if (managed.length === 0 || managed.some(machine => machine.id === holder)) return [];
	const where = holder ? `${holder}, which no deploy manages` : 'no machine';
	return [changed('volume', id, `attached to ${where}`, 'phxfly verify')];
}

function compareBucket({bucket}: Inventory, journal: Recorded | undefined): readonly Difference[] {
	const known = journal?.idOf('bucket');
	if (!journal || bucket === known) return [];
	const lost = 'the bucket is gone, so there is no replica';
	const extra = 'not created by phxfly';
	return [
		...(known ? [onlyInJournal('bucket', known, lost, 'phxfly')] : []),
		...(bucket ? [onlyHere('bucket', bucket, extra, `fly storage status ${bucket}`)] : []),
	];
}

function compareAddresses({addresses}: Inventory, journal: Recorded | undefined): readonly Difference[] {
	if (!journal?.idOf('address')) return [];
	return families
		.filter(([, types]) => !addresses.some(({Type}) => types.includes(Type)))
		.map(([family]) => onlyInJournal('address', family, 'the app no longer has one', 'phxfly'));
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
			? [onlyInJournal('certificate', known, 'the app no longer has it', 'phxfly')]
			: []),
		...hosts
			.filter(host => host !== known)
			.map(host =>
				onlyHere('certificate', host, 'not created by phxfly', `fly certs remove ${host} -a ${app}`),
			),
	];
}

/** Ignores secrets that phxfly never set; reports those that are gone, changed, or not deployed. */
function compareSecrets({secrets}: Inventory, journal: Remembered | undefined): readonly Difference[] {
	const known = Object.entries(journal?.secrets ?? {});
	return [
		...known.flatMap(([name, {digest}]) => {
			const listed = secrets.find(secret => secret.name === name);
			if (!listed) return [onlyInJournal('secret', name, 'it is not set', 'phxfly')];
			if (listed.digest === digest) return [];
			const next = 'run phxfly with its value to set it again';
			return [changed('secret', name, 'set outside phxfly', next)];
		}),
		...secrets
			.filter(({status}) => status === 'Staged' || status === 'Partial')
			.map(({name}) => changed('secret', name, 'staged, not deployed yet', 'phxfly deploy')),
	];
}

type Make = (kind: string, id: string, detail: string, next: string) => Difference;

const make =
	(is: Difference['is']): Make =>
	(kind, id, detail, next) => ({kind, id, is, detail, next});

const onlyHere = make('only here');

const onlyInJournal = make('only in the journal');

export const changed = make('changed');
