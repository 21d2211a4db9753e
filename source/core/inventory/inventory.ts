import {none} from '../answer.ts';
import {machinePresets} from '../fly/catalog.ts';
import type {Inventory} from '../fly/inventory.ts';
import type {FlyMachine} from '../fly/output.ts';
import type {JournalState} from '../journal.ts';
import {
	type CostItem,
	estimateKept,
	estimateMachine,
	estimateStorage,
	estimateVolume,
	type Kept,
	sumCosts,
} from '../plan/cost.ts';
import type {Resource} from '../session/events.ts';
import type {Provider} from '../storage/provider.ts';

/** What differs from the journal or fly.toml, and the command for it. */
export type Difference = {
	readonly kind: string;
	readonly id: string;
	readonly is: 'only here' | 'only in the journal' | 'changed';
	readonly detail: string;
	readonly next: string;
};

export type PricedResource = Resource & {readonly cost?: CostItem};

/**
Lists everything that exists, one row each, with its monthly cost if it has one.

@param kept - What the bucket holds of the database, if that is known.
*/
export function listInventory(
	inventory: Inventory,
	journal: Pick<JournalState, 'answers'> | undefined,
	providers: readonly Provider[],
	kept?: Kept,
): readonly PricedResource[] {
	const {app, status, release, machines, volumes, addresses, certificates} = inventory;
	if (!status) return [];
	return [
		{kind: 'app', id: app, detail: `in ${status.Organization.Slug}, ${status.Status}`},
		...(release
			? [
					{
						...{kind: 'release', id: String(release.Version)},
						detail: [release.Status, release.CreatedAt.slice(0, 10), release.ImageRef]
							.filter(Boolean)
							.join(', '),
					},
				]
			: []),
		...machines.map(describeMachine),
		...volumes.map(({id, name, size_gb: sizeGb, region, attached_machine_id: machineId}) => ({
			...{kind: 'volume', id, cost: estimateVolume(sizeGb)},
			detail: `${name}, ${sizeGb} GB, ${region}, ${machineId ? `on ${machineId}` : 'not attached'}`,
		})),
		...describeStorage(inventory, journal, providers, kept),
		...addresses.map(({Address: id, Type}) => ({kind: 'address', id, detail: Type.replace('_', ' ')})),
		...certificates.map(({hostname: id, status: state, configured}) => ({
			...{kind: 'certificate', id},
			detail: [state, configured ? '' : 'DNS does not point here yet'].filter(Boolean).join(', '),
		})),
		...describeSecrets(inventory),
	];
}

function describeMachine({id, region, state, config}: FlyMachine): PricedResource {
	const {cpu_kind: kind, cpus, memory_mb: memoryMb} = config.guest ?? {};
	const preset = machinePresets.find(each => each.kind === kind && each.cpus === cpus);
	const size = preset?.name ?? 'unknown size';
	const detail = `${state}, ${region}, ${size}, ${memoryMb ?? '?'} MB`;
	return preset && memoryMb !== undefined
		? {kind: 'machine', id, detail, cost: estimateMachine({size, memoryMb})}
		: {kind: 'machine', id, detail};
}

/** Describes the bucket. One that phxfly did not create is known only from the journal. */
function describeStorage(
	{bucket, volumes}: Inventory,
	journal: Pick<JournalState, 'answers'> | undefined,
	providers: readonly Provider[],
	kept: Kept | undefined,
): readonly PricedResource[] {
	const place = bucket ?? readKnownAnswer(journal, 'bucket');
	if (!place) return [];
	const provider = providers.find(({id, makesBucket}) =>
		bucket ? makesBucket : id === readKnownAnswer(journal, 'storage'),
	);
	const sizeGb = Math.max(0, ...volumes.map(({size_gb: each}) => each));
	const [first, ...more] = provider
		? [...estimateStorage(provider), ...(kept && sizeGb > 0 ? estimateKept(provider, kept, sizeGb) : [])]
		: [];
	const {monthlyUsd, low, high} = sumCosts([...(first ? [first] : []), ...more]);
	const cost = first && {what: first.what, monthlyUsd, low, high};
	const prefix = readKnownAnswer(journal, 'prefix');
	const detail = [provider?.label, prefix && `replica under ${prefix}`].filter(Boolean).join(', ');
	return [{kind: 'bucket', id: place, detail, ...(cost ? {cost} : {})}];
}

function describeSecrets({secrets}: Inventory): readonly PricedResource[] {
	const states = [...new Set(secrets.map(({status}) => status))].sort();
	return states.map(state => {
		const names = secrets.filter(({status}) => status === state).map(({name}) => name);
		return {kind: 'secrets', id: `${names.length} ${state.toLowerCase()}`, detail: names.sort().join(', ')};
	});
}

/** Returns an earlier run's answer, or `undefined` for no answer or `none`. */
export function readKnownAnswer(
	journal: Pick<JournalState, 'answers'> | undefined,
	id: string,
): string | undefined {
	const value = journal?.answers[id]?.value;
	return value === none || value === '' ? undefined : value;
}
