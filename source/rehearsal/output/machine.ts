import {hash} from '../world/make.ts';
import type {Machine} from '../world/world.ts';

/** A machine as `status --json` and `machine list --json` print it. */
export function formatMachine(machine: Machine): Readonly<Record<string, unknown>> {
	const {id, name, state, region, image, instance_id, private_ip, created_at, updated_at, config, events} =
		machine;
	return {
		id,
		name,
		state,
		region,
		image_ref: parseImage(image),
		instance_id,
		version: instance_id,
		private_ip,
		created_at,
		updated_at,
		config,
		events,
		...(machine.checks.length === 0 ? {} : {checks: machine.checks}),
		host_status: 'ok',
		cordoned: false,
		...(machine.lease ? {nonce: machine.lease.nonce} : {}),
	};
}

/** One entry of the machine's metadata. */
export function readMetadata({config}: Machine, key: string): string {
	const {metadata} = config;
	return typeof metadata === 'object' && metadata !== null ? String(Object(metadata)[key] ?? '') : '';
}

function parseImage(image: string): Readonly<Record<string, string>> {
	const [, registry = 'docker.io', repository = '', tag = 'latest'] =
		/^(?:([^/]+\.[^/]+)\/)?([^:@]+)(?::([^@]+))?/.exec(image) ?? [];
	return {registry, repository, tag, digest: `sha256:${hash(image)}`};
}
