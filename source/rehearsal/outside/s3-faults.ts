import type {Credential} from './s3-authorization.ts';
import {refuseS3, type S3Refusal} from './s3-refusal.ts';

type Request = {
	readonly method: string;
	readonly bucket: string;
	readonly host: string;
	readonly isList: boolean;
	readonly nowMs: number;
};

const denied = refuseS3(403, 'AccessDenied', 'Access Denied');
const unknownKey = refuseS3(
	403,
	'InvalidAccessKeyId',
	'The AWS Access Key Id you provided does not exist in our records.',
);
/** An R2 account that no key belongs to. */
const strangeAccount = 'f'.repeat(32);
const hourMs = 3_600_000;

/** The access key ids and buckets that rehearse a mistake; every other one is right. */
export function findFault({keyId, region}: Credential, request: Request): S3Refusal | undefined {
	const {method, bucket, host, isList, nowMs} = request;
	if (host.startsWith(strangeAccount)) return refuseS3(401, 'Unauthorized', 'Unauthorized');
	if (bucket === 'missing-bucket' || (bucket === 'eu-bucket' && !host.includes('.eu.')))
		return refuseS3(404, 'NoSuchBucket', 'The specified bucket does not exist');
	if (bucket.startsWith('refused-keys')) return unknownKey;
	const expected =
		bucket === 'other-region' ? 'eu-central-1' : /^s3\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.[1];
	if (expected && region !== expected) return refuseRegion(region, expected);
	switch (keyId) {
		case 'WRONG-KEY-ID':
			return unknownKey;
		case 'WRONG-SECRET':
			return refuseS3(
				403,
				'SignatureDoesNotMatch',
				'The request signature we calculated does not match the signature you provided.',
			);
		case 'SKEWED-CLOCK':
			return refuseS3(
				403,
				'RequestTimeTooSkewed',
				'The difference between the request time and the current time is too large.',
				{
					date: new Date(nowMs + hourMs).toUTCString(),
				},
			);
		case 'READ-ONLY':
			return method === 'PUT' || method === 'DELETE' ? denied : undefined;
		case 'NO-READ':
			return method === 'GET' && !isList ? denied : undefined;
		case 'NO-DELETE':
			return method === 'DELETE' ? denied : undefined;
		case 'NO-LIST':
			return isList ? denied : undefined;
		case 'THROTTLED':
			return refuseS3(503, 'SlowDown', 'Please reduce your request rate.');
		default:
			return undefined;
	}
}

function refuseRegion(region: string, expected: string): S3Refusal {
	const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`;
	return refuseS3(400, 'AuthorizationHeaderMalformed', message, {region: expected});
}
