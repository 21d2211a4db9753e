import type {StoreAnswer, StoreTarget} from '../readers.ts';
import {readRedirect} from './redirect.ts';

/** What can be wrong with storage, each with its own sentence and fix. */
export type StorageError =
	| 'wrong-key-id'
	| 'wrong-secret'
	| 'keys-swapped'
	| 'wrong-account'
	| 'no-bucket'
	| 'wrong-region'
	| 'wrong-endpoint'
	| 'clock-skew'
	| 'no-list-right'
	| 'no-write-right'
	| 'no-read-right'
	| 'no-delete-right'
	| 'other-bytes'
	| 'not-deleted'
	| 'unreachable'
	| 'tls-failure'
	| 'throttled'
	| 'out-of-order'
	| 'not-s3'
	| 'not-supported'
	| 'refused';

/** What a refusal is about: the kind of answer to change. */
export type StorageTopic = 'keyId' | 'secret' | 'account' | 'bucket' | 'region' | 'endpoint';

export type StorageTask = 'list' | 'write' | 'read' | 'delete';

export type NotOk = Exclude<StoreAnswer, {readonly is: 'ok'}>;

export type KeyShapes = {
	readonly accessKeyId: RegExp;
	readonly secretAccessKey: RegExp;
	/** What keys usually look like, for a hint about one that looks different; no key is rejected for its shape. */
	readonly usual: string;
};

/** Names what a failed answer means. Pure. */
export function findStorageFault(
	task: StorageTask,
	answer: NotOk,
	target: StoreTarget,
	faults: Readonly<Record<string, StorageError>> = {},
): StorageError {
	if (answer.is === 'unreachable') {
		if (answer.why !== 'tls') return 'unreachable';
		return isPlainAnswer(answer) ? 'tls-failure' : (faults.tls ?? 'tls-failure');
	}

	if (answer.status >= 300 && answer.status < 400) return readRedirection(answer, target);
	return faults[answer.code] ?? readCode(answer) ?? readStatus(task, answer);
}

/** Tells whether the server answered the opening of TLS with something else, such as plain HTTP. Pure. */
export const isPlainAnswer = (answer: NotOk | undefined): boolean =>
	answer?.is === 'unreachable' &&
	answer.why === 'tls' &&
	/wrong.version.number|packet.length.too.long|bad.record.type/i.test(`${answer.code} ${answer.message}`);

/** A redirect to another region is followed with the region; one that stays needs another endpoint. */
function readRedirection(answer: Refused, target: StoreTarget): StorageError {
	const {code, region} = answer;
	if (region !== undefined && region !== target.region) return 'wrong-region';
	const redirect = readRedirect(answer, target);
	if (redirect?.isBucket && redirect.endpoint !== target.endpoint) return 'wrong-endpoint';
	if (region !== undefined) return 'wrong-endpoint';
	return (redirect ? undefined : byCode[code]) ?? 'not-s3';
}

type Refused = Extract<NotOk, {readonly is: 'refused'}>;

function readCode({code, message, region}: Refused): StorageError | undefined {
	// A secret in place of the key id may contain a slash, which breaks the header.
	if (code === 'AuthorizationHeaderMalformed') {
		return region !== undefined || /region/i.test(message) ? 'wrong-region' : 'wrong-key-id';
	}

	// R2 counts the key id's characters.
	if (code === 'InvalidArgument' && /access key/i.test(message)) return 'wrong-key-id';
	// Garage has one code for all of these; only the message differs.
	if (code === 'AccessDenied' && /no such (?:access )?key/i.test(message)) return 'wrong-key-id';
	if (code === 'AccessDenied' && /invalid signature/i.test(message)) return 'wrong-secret';
	return byCode[code];
}

/** Error codes of AWS, R2, Ceph, MinIO and versitygw. @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html} */
const byCode: Readonly<Record<string, StorageError>> = {
	InvalidAccessKeyId: 'wrong-key-id',
	Unauthorized: 'wrong-key-id',
	XAdminUserNotFound: 'wrong-key-id',
	SignatureDoesNotMatch: 'wrong-secret',
	NoSuchBucket: 'no-bucket',
	InvalidBucketName: 'no-bucket',
	RequestTimeTooSkewed: 'clock-skew',
	RequestExpired: 'clock-skew',
	PermanentRedirect: 'wrong-region',
	TemporaryRedirect: 'wrong-region',
	SlowDown: 'throttled',
	TooManyRequests: 'throttled',
	RequestLimitExceeded: 'throttled',
};

function readStatus(task: StorageTask, {status, code}: Refused): StorageError {
	if (status === 429) return 'throttled';
	if (status === 501) return code === '' ? 'not-s3' : 'not-supported';
	if (status >= 500) return 'out-of-order';
	if (status === 401 || status === 403) return rights[task];
	return code === '' ? 'not-s3' : 'refused';
}

const rights = {
	list: 'no-list-right',
	write: 'no-write-right',
	read: 'no-read-right',
	delete: 'no-delete-right',
} as const;

/** Faults that a swapped key pair may cause. */
const ofSwapped: readonly StorageError[] = ['wrong-key-id', 'wrong-account'];

/**
Tells whether the keys look swapped, which proves nothing: the other way round must be tried. Compares key shapes if the
provider has them; otherwise lengths, since the id is usually the shorter half. Pure.
*/
export function mayBeSwapped(
	fault: StorageError,
	{accessKeyId, secretAccessKey}: StoreTarget,
	shapes: KeyShapes | undefined,
): boolean {
	if (!ofSwapped.includes(fault)) return false;
	return shapes
		? accessKeyId.matches(shapes.secretAccessKey) && secretAccessKey.matches(shapes.accessKeyId)
		: accessKeyId.isLongerThan(secretAccessKey);
}

/** Tells whether the storage knows the key pair that it answers. Pure. */
export const isKnownPair = (answer: StoreAnswer): boolean =>
	answer.is === 'ok' || (answer.is === 'refused' && answer.code === 'AccessDenied' && !readCode(answer));

/** Tells whether the answer to plain HTTP may come from a port with TLS, which some servers say in HTML. Pure. */
export const mayNeedTls = (answer: NotOk, {endpoint}: StoreTarget): boolean =>
	endpoint.startsWith('http:') &&
	(answer.is === 'unreachable' ? answer.why === 'other' : answer.status === 400 && answer.code === '');

/** Tells whether S3 answered over TLS: a self-signed certificate is enough. Pure. */
export function hasTls(answer: StoreAnswer): boolean {
	if (answer.is === 'unreachable') return answer.why === 'tls' && /CERT|SIGNATURE|CHAIN/.test(answer.code);
	return answer.is === 'ok' || answer.code !== '';
}
