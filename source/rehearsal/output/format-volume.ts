import type {Volume} from '../world/world.ts';

/** A volume as every `--json` prints it. */
export function formatVolume({app: _, ...volume}: Volume): Omit<Volume, 'app'> {
	return volume;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A volume as text, names to the right of their column. */
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
