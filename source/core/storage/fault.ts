import type {StoreAnswer, StoreTarget} from '../readers.ts';

/** What can be wrong with storage, each with its own sentence and fix. */
export type StorageError =
	| 'wrong-key-id'
	| 'wrong-secret'
	| 'keys-swapped'
	| 'wrong-account'
	| 'no-bucket'
	| 'wrong-region'
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

type Peculiarities = {
	readonly keyShapes?: KeyShapes | undefined;
	readonly faults?: Readonly<Record<string, StorageError>> | undefined;
};

/** Names what a failed answer means. Pure. */
export function findStorageFault(
	task: StorageTask,
	answer: NotOk,
	target: StoreTarget,
	{keyShapes, faults}: Peculiarities = {},
): StorageError {
	if (answer.is === 'unreachable') {
		return answer.why === 'tls' ? (faults?.tls ?? 'tls-failure') : 'unreachable';
	}

	const fault = faults?.[answer.code] ?? readCode(answer) ?? readStatus(task, answer);
	return ['wrong-key-id', 'wrong-account'].includes(fault) && areSwapped(target, keyShapes)
		? 'keys-swapped'
		: fault;
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

function readStatus(task: StorageTask, {status, code, region}: Refused): StorageError {
	if (status === 429) return 'throttled';
	if (status >= 500) return 'out-of-order';
	if (status === 401 || status === 403) return rights[task];
	if (status >= 300 && status < 400 && region !== undefined) return 'wrong-region';
	return code === '' ? 'not-s3' : 'refused';
}

const rights = {
	list: 'no-list-right',
	write: 'no-write-right',
	read: 'no-read-right',
	delete: 'no-delete-right',
} as const;

/** Compares key shapes if the provider has them; otherwise lengths, since the id is always the shorter half. */
function areSwapped({accessKeyId, secretAccessKey}: StoreTarget, shapes: KeyShapes | undefined): boolean {
	return shapes
		? accessKeyId.matches(shapes.secretAccessKey) && secretAccessKey.matches(shapes.accessKeyId)
		: accessKeyId.isLongerThan(secretAccessKey);
}
