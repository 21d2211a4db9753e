import type {JournalState} from '../journal.ts';
import {compareMachines} from './compare-machines.ts';
import {compareVolumes} from './compare-volumes.ts';
import {changed, onlyHere, onlyInJournal} from './differences.ts';
import type {Difference, Inventory} from './inventory.ts';

type Compare = (inventory: Inventory, journal: JournalState | undefined) => readonly Difference[];

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

/**
What is not as the journal has it. What could not be read is not compared.

@param journal - `undefined` where it knows nothing of this app.
@param configDifferences - What a deploy of the local fly.toml would change, by key.
*/
export function compareInventory(
	inventory: Inventory,
	journal: JournalState | undefined,
	configDifferences: readonly string[],
): readonly Difference[] {
	const {app, status, unread} = inventory;
	if (!status) {
		const why = 'Fly knows no such app, or this login cannot see it';
		return journal ? [onlyInJournal('app', app, why, 'phxfly sets it up again')] : [];
	}

	return [
		...configDifferences.map(key =>
			changed('fly.toml', key, 'it says something else than what is deployed', 'phxfly deploy'),
		),
		...compared
			.filter(([kind]) => !unread.some(each => each.kind === kind))
			.flatMap(([, compare]) => compare(inventory, journal)),
	];
}

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

function compareBucket({bucket}: Inventory, journal: JournalState | undefined): readonly Difference[] {
	const known = journal?.ids['create-bucket'];
	if (!journal || bucket === known) return [];
	const lost = 'the app has it no more, and without it there is no replica';
	const foreign = 'the app has it, and this project did not make it';
	return [
		...(known ? [onlyInJournal('bucket', known, lost, 'phxfly')] : []),
		...(bucket ? [onlyHere('bucket', bucket, foreign, `fly storage status ${bucket}`)] : []),
	];
}

const families: readonly (readonly [string, readonly string[]])[] = [
	['IPv6', ['v6']],
	['IPv4', ['v4', 'shared_v4']],
];

function compareAddresses({addresses}: Inventory, journal: JournalState | undefined): readonly Difference[] {
	if (!journal?.ids['allocate-addresses']) return [];
	return families
		.filter(([, types]) => !addresses.some(({Type}) => types.includes(Type)))
		.map(([family]) => onlyInJournal('address', family, 'the app has none any more', 'phxfly'));
}

function compareCertificates(
	{app, certificates}: Inventory,
	journal: JournalState | undefined,
): readonly Difference[] {
	if (!journal) return [];
	const known = journal.ids['add-certificate'];
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
