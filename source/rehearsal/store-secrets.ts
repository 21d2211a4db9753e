import {hash} from './world/make.ts';
import type {World, WorldSecret} from './world/world.ts';

/** Names whose values are no secrets; only theirs are kept, since the simulated machine needs them. */
const plainNames = new Set([
	'LITESTREAM_REPLICA_URL',
	'LITESTREAM_ENDPOINT',
	'LITESTREAM_REGION',
	'PHX_HOST',
	'BUCKET_NAME',
	'AWS_REGION',
	'AWS_ENDPOINT_URL_S3',
]);

/** Puts secrets into the app's vault, staged: machines get them when they are next updated. */
export function storeSecrets(
	world: World,
	nowMs: number,
	app: string,
	secrets: ReadonlyMap<string, string>,
): void {
	for (const [name, value] of secrets) {
		const entry: WorldSecret = {
			app,
			name,
			sha256: hash(value),
			status: 'Staged',
			createdAt: nowMs,
			...(plainNames.has(name) ? {value} : {}),
		};
		const at = world.secrets.findIndex(secret => secret.app === app && secret.name === name);
		if (at < 0) world.secrets.push(entry);
		else world.secrets[at] = entry;
	}
}

/** The app's secrets by name. */
export function listSecrets(world: World, app: string): WorldSecret[] {
	return world.secrets.filter(secret => secret.app === app).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a machine gets that starts now; the secrets count as deployed from then on. */
export function deploySecrets(world: World, app: string): {name: string; sha256: string; value?: string}[] {
	return listSecrets(world, app).map(secret => {
		secret.status = 'Deployed';
		const {name, sha256, value} = secret;
		return {name, sha256, ...(value === undefined ? {} : {value})};
	});
}
