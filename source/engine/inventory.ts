import {Failure} from '../core/errors/failure.ts';
import type {Inventory, Unread} from '../core/fly/inventory.ts';
import {isThere, isVolumeThere} from '../core/fly/output.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {FlyReader, Readers} from '../core/readers.ts';

/**
Reads everything the app has, in parallel, and names the parts that cannot be read. Changes nothing.

@throws {Failure} When Fly does not even answer for the app itself.
*/
export async function readInventory(fly: FlyReader, app: string): Promise<Inventory> {
	const unread: Unread[] = [];
	const ask = async <T>(kind: string, read: (app: string) => Promise<T>, otherwise: T): Promise<T> => {
		try {
			return await read(app);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			unread.push({kind, why: error.message, exit: error.exit});
			return otherwise;
		}
	};
	const status = await fly.status(app);
	if (!status) return {...nothing, app, status, unread};
	const [releases, machines, volumes, bucket, addresses, certificates, secrets] = await Promise.all([
		ask('release', fly.listReleases, []),
		ask('machine', fly.listMachines, []),
		ask('volume', fly.listVolumes, []),
		ask('bucket', fly.bucketOf, undefined),
		ask('address', fly.listAddresses, []),
		ask('certificate', fly.listCertificates, []),
		ask('secrets', fly.listSecrets, []),
	]);
	return {
		app,
		status,
		release: releases[0],
		machines: machines.filter(isThere),
		volumes: volumes.filter(isVolumeThere),
		...{bucket, addresses, certificates, secrets, unread},
	};
}

const nothing = {
	...{release: undefined, machines: [], volumes: [], bucket: undefined},
	...{addresses: [], certificates: [], secrets: []},
};

const unknown = 'something that phxfly could not read';

/** Returns what exists on Fly now, in phrases, for a person whose run just failed. Mentions what cannot be read. */
export async function listExisting(
	{fly}: Readers,
	{app}: Pick<PlanContext, 'app'>,
): Promise<readonly string[]> {
	const found = await readInventory(fly, app).catch(() => undefined);
	if (!found) return [unknown];
	const {status, volumes, bucket, secrets, addresses, certificates, machines, unread} = found;
	if (!status) return ['nothing on Fly'];
	return [
		`app ${app}`,
		...volumes.map(({name, size_gb}) => `volume ${name} (${size_gb} GB)`),
		...(bucket ? [`bucket ${bucket}`] : []),
		...(secrets.length > 0 ? [`${secrets.length} secrets`] : []),
		...(addresses.length > 0 ? [`${addresses.length} addresses`] : []),
		...certificates.map(({hostname}) => `certificate ${hostname}`),
		...machines.map(({id, state}) => `machine ${id} (${state})`),
		...(unread.length > 0 ? [unknown] : []),
	];
}
