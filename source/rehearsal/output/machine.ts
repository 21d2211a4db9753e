import {hash} from '../world/make.ts';
import type {Machine, Volume} from '../world/world.ts';

/** A volume as every `--json` prints it. */
export function formatVolume({app: _, ...volume}: Volume): Omit<Volume, 'app'> {
	return volume;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A volume as text, with right-aligned names. */
export function formatVolumeCard(volume: Volume): string {
	const at = new Date(volume.created_at);
	const two = (number: number) => String(number).padStart(2, '0');
	const day = `${two(at.getUTCDate())} ${months[at.getUTCMonth()]} ${two(at.getUTCFullYear() % 100)}`;
	const fields: readonly (readonly [string, string])[] = [
		['ID', volume.id],
		['Name', volume.name],
		['App', volume.app],
		['Region', volume.region],
		['Zone', volume.zone],
		['Size GB', String(volume.size_gb)],
		['Encrypted', String(volume.encrypted)],
		['Created at', `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`],
		['Snapshot retention', String(volume.snapshot_retention)],
		['Scheduled snapshots', String(volume.auto_backup_enabled)],
	];
	return fields.map(([name, value]) => `${name.padStart(20)}: ${value}`).join('\n');
}

/** JSON as `config show` lays it out: two spaces, an empty line before every table or list that is not the first. */
export function formatReleasedConfig(value: unknown): string {
	return format(value, '');
}

function format(value: unknown, margin: string): string {
	if (Array.isArray(value)) {
		if (value.length === 0) return '[]';
		const items = value.map(item => `${margin}  ${format(item, `${margin}  `)}`);
		return `[\n${items.join(',\n')}\n${margin}]`;
	}
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const entries = Object.entries(value);
	if (entries.length === 0) return '{}';
	const lines = entries.map(([key, entry], index) => {
		const gap = index > 0 && typeof entry === 'object' && entry !== null ? '\n' : '';
		return `${gap}${margin}  ${JSON.stringify(key)}: ${format(entry, `${margin}  `)}`;
	});
	return `{\n${lines.join(',\n')}\n${margin}}`;
}

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
