import {accepted, type Parsed, refused} from '../answer.ts';

const forbiddenStart = /^(?:xn--|sthree-|amzn-s3-demo-)/;
const forbiddenEnd = /(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/**
Reads a bucket name by the rules of S3.

@see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html}
*/
export function parseS3Bucket(typed: string): Parsed<string> {
	const parsed = parseCommon(typed, /[^a-z\d.-]+/g, 'lower case letters, digits, dashes and dots');
	if (!parsed.ok) return parsed;

	const name = parsed.value;
	if (name.includes('..'))
		return refused('A bucket name has no two dots in a row.', name.replace(/\.+/g, '.'));
	if (/^\d+(?:\.\d+){3}$/.test(name))
		return refused('A bucket name does not look like an address.', name.replaceAll('.', '-'));
	const affix = forbiddenStart.exec(name)?.[0] ?? forbiddenEnd.exec(name)?.[0];
	return affix === undefined ? parsed : refused(`S3 keeps names with ${affix} for itself.`);
}

/** Reads a bucket name by the rules of R2, which are those of S3 without dots. */
export const parseR2Bucket = (typed: string): Parsed<string> =>
	parseCommon(typed, /[^a-z\d-]+/g, 'lower case letters, digits and dashes');

function parseCommon(typed: string, forbidden: RegExp, allowed: string): Parsed<string> {
	const text = typed.trim();
	const name = text.replace(/^s3:\/\/([^/]*).*$/i, '$1');
	const repaired = name
		.toLowerCase()
		.replace(forbidden, '-')
		.slice(0, 63)
		.replace(/^[.-]+|[.-]+$/g, '');
	const offer = repaired.length < 3 ? undefined : repaired;

	if (name !== text) return refused('Type only the name of the bucket.', offer);
	if (name.length < 3 || name.length > 63) return refused('A bucket name has 3 to 63 characters.', offer);
	return name === repaired
		? accepted(name)
		: refused(`A bucket name holds ${allowed}, with a letter or digit at both ends.`, offer);
}
