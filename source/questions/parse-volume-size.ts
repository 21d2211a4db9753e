import {accepted, type Parsed, refused} from '../core/answer.ts';

const maxGb = 500;

/**
Reads a whole number of gigabytes.

@see {@link https://fly.io/docs/volumes/overview/} for the largest volume.
*/
export function parseVolumeSize(typed: string): Parsed<string> {
	const [, digits, unit] = /^(\d+)\s*(gb|g)?$/i.exec(typed.trim()) ?? [];
	if (digits === undefined) return refused('Type a whole number of gigabytes, for example 1.');

	const size = Number(digits);
	if (size < 1) return refused(`A volume holds 1 to ${maxGb} GB.`, '1');
	if (size > maxGb) return refused(`A volume holds 1 to ${maxGb} GB.`, String(maxGb));
	return accepted(String(size), unit === undefined ? undefined : `Read as ${size}: the unit is GB.`);
}
