import type {PlanContext} from '../core/plan-context.ts';
import type {Readers} from '../core/ports.ts';

/** What exists on Fly right now, in phrases, for a person whose run just failed; what cannot be read is left out and said. */
export async function listExisting(
	{fly}: Readers,
	{app}: Pick<PlanContext, 'app'>,
): Promise<readonly string[]> {
	const ask = async <T>(read: () => Promise<T>, say: (value: T) => readonly string[]) => {
		try {
			return say(await read());
		} catch {
			return ['something that could not be read just now'];
		}
	};
	const status = await ask(
		() => fly.status(app),
		found => (found ? [`app ${app}`] : []),
	);
	if (status.length === 0) return ['nothing on Fly'];
	const parts = await Promise.all([
		ask(
			() => fly.listVolumes(app),
			volumes => volumes.map(({name, size_gb}) => `volume ${name} (${size_gb} GB)`),
		),
		ask(
			() => fly.bucketOf(app),
			bucket => (bucket ? [`bucket ${bucket}`] : []),
		),
		ask(
			() => fly.listSecrets(app),
			secrets => (secrets.length > 0 ? [`${secrets.length} secrets`] : []),
		),
		ask(
			() => fly.listAddresses(app),
			list => (list.length > 0 ? [`${list.length} addresses`] : []),
		),
		ask(
			() => fly.listCertificates(app),
			list => list.map(({hostname}) => `certificate ${hostname}`),
		),
		ask(
			() => fly.listMachines(app),
			list => list.map(({id, state}) => `machine ${id} (${state})`),
		),
	]);
	return [...new Set([...status, ...parts.flat()])];
}
