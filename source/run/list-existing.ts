import type {PlanContext} from '../core/plan/context.ts';
import type {Readers} from '../core/readers.ts';
import {readInventory} from '../engine/inventory.ts';

const unknown = 'something that could not be read just now';

/** What exists on Fly right now, in phrases, for a person whose run just failed; what cannot be read is left out and said. */
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
