import type {World} from '../../source/rehearsal/world/world.ts';

/**
Returns what a setup leaves behind, without what differs from run to run: ids, times, addresses, values of secrets, and
the calls. Two runs that did the same have equal results.
*/
export function normaliseWorld(world: World) {
	const {apps, volumes, secrets, buckets, certificates, dns, addresses, machines, releases, objects} = world;
	const typeOf = (value: string) => addresses.find(({address}) => address === value)?.type ?? value;
	return {
		apps: apps.map(({name, org}) => ({name, org})),
		volumes: sort(
			volumes.map(({app, name, region, size_gb: sizeGb, state, attached_machine_id: machineId}) => ({
				...{app, name, region, sizeGb, state},
				isAttached: machines.some(({id}) => id === machineId),
			})),
		),
		secrets: sort(secrets.map(({app, name, status}) => ({app, name, status}))),
		buckets: sort(buckets.map(({app, name, org, isPublic}) => ({app, name, org, isPublic}))),
		certificates: sort(certificates.map(({app, hostname, status}) => ({app, hostname, status}))),
		dns: sort(dns.map(({name, type, value}) => ({name, type, pointsTo: typeOf(value)}))),
		addresses: sort(addresses.map(({app, type, region}) => ({app, type, region}))),
		machines: sort(
			machines.map(({app, state, region, image, config, checks, lease, secrets: started}) => ({
				...{app, state, region},
				image: withoutTag(image),
				mounts: ((config.mounts ?? []) as readonly {path: string; name: string}[]).map(({path, name}) => ({
					path,
					name,
				})),
				guest: config.guest,
				checks: checks.map(({name, status}) => ({name, status})),
				isLeased: lease !== undefined,
				// The machine runs with the current secrets, not with those of its creation.
				secrets: sort(
					started.map(({name, sha256}) => ({
						name,
						isCurrent: secrets.some(
							secret => secret.app === app && secret.name === name && secret.sha256 === sha256,
						),
					})),
				),
			})),
		),
		newestReleases: apps.map(({name}) => {
			const own = releases.filter(({app}) => app === name).sort((a, b) => b.version - a.version);
			return (
				own[0] && {
					app: name,
					status: own[0].status,
					image: withoutTag(own[0].imageRef),
					config: own[0].config,
				}
			);
		}),
		probes: objects.filter(({key}) => key.includes('probe')).map(({bucket, key}) => `${bucket}/${key}`),
	};
}

const withoutTag = (image: string) => image.replace(/:deployment-\w+$/, '');

const sort = <T>(list: readonly T[]): readonly T[] =>
	[...list].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
