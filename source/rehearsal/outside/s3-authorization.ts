import {createHash} from 'node:crypto';
import type {Asked} from './answer.ts';
import {refuseS3, type S3Refusal} from './s3-refusal.ts';

export type Credential = {readonly keyId: string; readonly region: string};

const form =
	/^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([a-z0-9-]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/** Reads who asks. The signature's form, date and payload are checked; its value cannot be, nobody here knows the secret. */
export function readCredential({headers, body}: Asked): Credential | S3Refusal {
	const authorization = headers.authorization;
	if (!authorization) return refuseS3(403, 'AccessDenied', 'Access Denied');
	const [, keyId, day, region, signed] = form.exec(authorization) ?? [];
	if (!keyId || !day || !region || !signed) {
		return refuseS3(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
	}
	const isSigned = ['host', 'x-amz-content-sha256', 'x-amz-date'].every(name =>
		signed.split(';').includes(name),
	);
	if (!isSigned || !headers['x-amz-date']?.startsWith(day)) {
		return refuseS3(403, 'AccessDenied', 'There were headers present in the request which were not signed');
	}
	if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex')) {
		return refuseS3(
			400,
			'XAmzContentSHA256Mismatch',
			"The provided 'x-amz-content-sha256' header does not match what was computed.",
		);
	}
	return {keyId, region};
}
