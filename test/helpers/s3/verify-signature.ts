import {createHash} from 'node:crypto';
import {Sha256} from '@aws-crypto/sha256-js';
import {SignatureV4} from '@smithy/signature-v4';
import {type Asked, type Rejection, reject} from './wire.ts';

export type User = {
	readonly keyId: string;
	readonly secret: string;
	/** Default: all. */
	readonly rights?: readonly ('list' | 'read' | 'write' | 'delete')[];
};

const maxSkewMs = 15 * 60_000;
const form =
	/^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Finds who signed the request, without the implementation under test. */
export async function verifySignature(
	asked: Asked,
	users: readonly User[],
	nowMs: number,
): Promise<Rejection | {user: User; region: string}> {
	const {headers} = asked;
	if (!headers.authorization) return reject(403, 'AccessDenied', 'Access Denied');
	const [, keyId, day, region, signed, signature] = form.exec(headers.authorization) ?? [];
	if (!keyId || !day || !region || !signed)
		return reject(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed');
	const user = users.find(entry => entry.keyId === keyId);
	if (!user)
		return reject(
			403,
			'InvalidAccessKeyId',
			'The AWS Access Key Id you provided does not exist in our records.',
		);
	const date = parseDate(headers['x-amz-date']);
	if (date === undefined || !headers['x-amz-date']?.startsWith(day))
		return reject(403, 'AccessDenied', 'AWS authentication requires a valid Date');
	if (Math.abs(date - nowMs) > maxSkewMs) {
		return reject(
			403,
			'RequestTimeTooSkewed',
			'The difference between the request time and the current time is too large.',
		);
	}
	if (!isPayloadAsSigned(asked))
		return reject(400, 'XAmzContentSHA256Mismatch', 'The provided x-amz-content-sha256 does not match');
	const names = signed.split(';');
	if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every(name => names.includes(name))) {
		return reject(403, 'AccessDenied', 'There were headers present in the request which were not signed');
	}
	const expected = await sign(asked, user, {region, names, date});
	if (expected !== signature)
		return reject(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match');
	return {user, region};
}

async function sign(
	{method, path, query, headers}: Asked,
	user: User,
	scope: {region: string; names: readonly string[]; date: number},
) {
	const {region, names, date} = scope;
	const signer = new SignatureV4({
		service: 's3',
		region,
		credentials: {accessKeyId: user.keyId, secretAccessKey: user.secret},
		sha256: Sha256,
		uriEscapePath: false,
		applyChecksum: false,
	});
	const request = {
		method,
		protocol: 'http:',
		hostname: headers.host ?? '',
		path,
		query: Object.fromEntries(query),
		headers: Object.fromEntries(names.map(name => [name, headers[name] ?? ''])),
	};
	const signed = await signer.sign(request, {signingDate: new Date(date), signableHeaders: new Set(names)});
	return /Signature=([0-9a-f]{64})/.exec(signed.headers.authorization ?? '')?.[1];
}

function isPayloadAsSigned({headers, rawBody}: Asked): boolean {
	const stated = headers['x-amz-content-sha256'] ?? '';
	if (/^(UNSIGNED-PAYLOAD|STREAMING-)/.test(stated)) return true;
	return stated === createHash('sha256').update(rawBody).digest('hex');
}

function parseDate(text = ''): number | undefined {
	const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
	const [year, month, day, hour, minute, second] = parts;
	return year ? Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined;
}
