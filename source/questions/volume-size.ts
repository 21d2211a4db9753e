import {accepted, type Parsed, refused} from '../core/answer.ts';
import {findLiveVolumes, proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const maxGb = 500;

/**
Reads a whole number of gigabytes.

@see {@link https://fly.io/docs/volumes/overview/} for the largest volume.
*/
function parseVolumeSize(typed: string): Parsed<string> {
	const [, digits, unit] = /^(\d+)\s*(gb|g)?$/i.exec(typed.trim()) ?? [];
	if (digits === undefined) return refused('Type a whole number of gigabytes, for example 1.');

	const size = Number(digits);
	if (size < 1) return refused(`A volume holds 1 to ${maxGb} GB.`, '1');
	if (size > maxGb) return refused(`A volume holds 1 to ${maxGb} GB.`, String(maxGb));
	return accepted(String(size), unit === undefined ? undefined : `Read as ${size}: the unit is GB.`);
}

export const volumeSize: Question = {
	id: 'volume-size',
	label: 'volume',
	title: 'Size of the volume, in GB',
	why: 'Room for the database on the disk. It can grow later, but never shrink.',
	example: '1',
	kind: 'text',
	flag: {name: '--volume-size', value: 'GB', help: 'size of the volume, 1 to 500'},
	help: '1 GB holds many years of a blog. Daily snapshots of the volume are kept beside it.',
	fixes: ['volume-cannot-shrink'],
	samples: {good: ['1'], bad: ['0']},
	applies: ({profile}) => profile.mount !== undefined,
	describe: value => `${value} GB`,
	default: () => proposeDefault('1'),
	parse: parseVolumeSize,

	async check(value, state, readers) {
		const volumes = await findLiveVolumes(state, readers);
		const larger = volumes.find(volume => volume.size_gb > Number(value));
		return larger === undefined
			? undefined
			: `The volume ${larger.name} has ${larger.size_gb} GB already, and a volume never shrinks: answer ${larger.size_gb} or more.`;
	},
};
