import {accepted, type Parsed, refused} from '../core/answer.ts';
import {findMounts} from '../core/fly-toml/config.ts';
import type {ProjectFacts} from '../core/project/project.ts';
import {findLiveVolumes, proposeDefault, proposeFromFlyToml} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const maxGb = 500;

/**
Parses a whole number of gigabytes.

@see {@link https://fly.io/docs/volumes/overview/} for the largest volume.
*/
function parseVolumeSize(typed: string): Parsed<string> {
	const [, digits, unit] = /^(\d+)\s*(gb|g)?$/i.exec(typed.trim()) ?? [];
	if (digits === undefined) return refused('Enter a whole number of gigabytes, for example 1.');

	const size = Number(digits);
	if (size < 1) return refused(`A volume can have 1–${maxGb} GB.`, '1');
	if (size > maxGb) return refused(`A volume can have 1–${maxGb} GB.`, String(maxGb));
	return accepted(String(size), unit === undefined ? undefined : `Read as ${size}: the unit is GB.`);
}

/** Returns the size that the mount in fly.toml asks for, if a volume can have it. */
function parseInitialSize({flyToml}: ProjectFacts): string | undefined {
	const [mount] = flyToml ? findMounts(flyToml.config) : [];
	const parsed = parseVolumeSize(String(mount?.entry.initial_size ?? ''));
	return parsed.ok ? parsed.value : undefined;
}

export const volumeSize: Question = {
	id: 'volume-size',
	label: 'volume',
	title: 'Volume size in GB',
	why: 'Disk space for the database in GB. It can grow later, but never shrink.',
	example: '1',
	kind: 'text',
	flag: {name: '--volume-size', value: 'GB', help: 'volume size in GB, at most 500'},
	help: '1 GB is enough for years of blogging. Fly also keeps daily snapshots.',
	fixes: ['volume-cannot-shrink'],
	samples: {good: ['1'], bad: ['0']},
	applies: ({profile}) => profile.mount !== undefined,
	describe: value => `${value} GB`,
	default({facts}) {
		const size = parseInitialSize(facts);
		return size === undefined ? proposeDefault('1') : proposeFromFlyToml(size, facts);
	},
	parse: parseVolumeSize,

	async check(value, state, readers) {
		const volumes = await findLiveVolumes(state, readers);
		const larger = volumes.find(volume => volume.size_gb > Number(value));
		return larger === undefined
			? undefined
			: `The volume ${larger.name} has ${larger.size_gb} GB already, and a volume never shrinks. Enter ${larger.size_gb} or more.`;
	},
};
