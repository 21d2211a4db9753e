import type {ExitName} from '../errors/codes.ts';
import {Failure} from '../errors/failure.ts';
import type {StoreTarget} from '../readers.ts';
import {
	findStorageFault,
	isPlainAnswer,
	type NotOk,
	type StorageError,
	type StorageTask,
	type StorageTopic,
} from './fault.ts';
import type {Provider} from './provider.ts';
import {findOtherEndpoint, readRedirect} from './redirect.ts';

/** What is wrong with the storage, and what to do about it. Contains no secret. */
export type StorageDiagnosis = {
	readonly fault: StorageError;
	readonly sentence: string;
	readonly fix: string;
	/** The provider's question to answer again. */
	readonly questionId: string | undefined;
	/** The bucket's region, if the service named it. */
	readonly region: string | undefined;
};

type Circumstances = {
	readonly target: StoreTarget;
	readonly task: StorageTask;
	readonly answer: NotOk | undefined;
	/** Where the storage answers instead, if phxfly tried it. */
	readonly answersAt?: string;
};

/** Returns what a failed answer means. Pure. */
export function judgeStorage(
	task: StorageTask,
	answer: NotOk,
	target: StoreTarget,
	provider: Provider | undefined,
): StorageDiagnosis {
	const fault = findStorageFault(task, answer, target, provider?.faults);
	return wordVerdict(fault, {target, task, answer}, provider);
}

/** Returns the diagnosis of a fault that is not a refusal. Pure. */
export function wordVerdict(
	fault: StorageError,
	circumstances: Circumstances,
	provider: Provider | undefined,
): StorageDiagnosis {
	const {sentence, fix, about} = wordings[fault];
	const questionId = about && provider?.questionOf[about];
	const where = questionId === undefined ? undefined : provider?.whereToFind[questionId];
	return {
		fault,
		sentence: `${sentence(circumstances)}${quote(fault, circumstances)}.`,
		fix: `${fix(circumstances)}${where === undefined ? '' : ` Where: ${where}`}`,
		questionId,
		region: readRegion(circumstances),
	};
}

type Wording = {
	readonly sentence: (circumstances: Circumstances) => string;
	readonly fix: (circumstances: Circumstances) => string;
	readonly about?: StorageTopic;
};

const wordings: Readonly<Record<StorageError, Wording>> = {
	'wrong-key-id': {
		sentence: ({target}) => `The storage at ${target.endpoint} does not know the access key id`,
		fix: () => newPair,
		about: 'keyId',
	},
	'wrong-secret': {
		sentence: () => 'The secret access key does not match the access key id',
		fix: () => newPair,
		about: 'secret',
	},
	'keys-swapped': {
		sentence: () => 'The access key id and the secret access key are swapped',
		fix: () => 'Swap them.',
		about: 'keyId',
	},
	'wrong-account': {
		sentence: ({target}) => `These keys belong to a different account than ${target.endpoint}`,
		fix: () =>
			'Compare the account id with the one shown next to the keys. If it matches, create a new key pair there.',
		about: 'account',
	},
	'no-bucket': {
		sentence: ({target}) => `There is no bucket ${target.bucket} at ${target.endpoint}`,
		fix: () => 'Create the bucket there first, or pass its exact name: --bucket NAME.',
		about: 'bucket',
	},
	'wrong-region': {
		sentence(circumstances) {
			const {bucket, region} = circumstances.target;
			const real = readRegion(circumstances);
			return real
				? `Bucket ${bucket} is in ${real}, not in ${region}`
				: `Bucket ${bucket} is not in region ${region}`;
		},
		fix: circumstances =>
			circumstances.answer?.is === 'refused' &&
			circumstances.answer.status < 400 &&
			findOtherEndpoint(circumstances.answer, circumstances.target)
				? adviseEndpoint(circumstances)
				: `Pass --storage-region ${readRegion(circumstances) ?? 'REGION'}.`,
		about: 'region',
	},
	'wrong-endpoint': {
		sentence: sayOtherEndpoint,
		fix: adviseEndpoint,
		about: 'endpoint',
	},
	'clock-skew': {
		sentence: ({answer}) => sayClock(answer?.is === 'refused' ? answer.skewSeconds : undefined),
		fix: () => "Set this computer's clock, preferably from network time, then run phxfly again.",
	},
	'no-list-right': wordRight('list', 's3:ListBucket'),
	'no-write-right': wordRight('write below', 's3:PutObject'),
	'no-read-right': wordRight('read what they wrote below', 's3:GetObject'),
	'no-delete-right': wordRight('delete below', 's3:DeleteObject'),
	'other-bytes': {
		sentence: ({target}) => `Bucket ${target.bucket} returned different bytes than phxfly wrote`,
		fix: () => 'Check the endpoint. Something between this computer and the bucket alters objects.',
		about: 'endpoint',
	},
	'not-deleted': {
		sentence: ({target}) => `Bucket ${target.bucket} still returns a deleted object`,
		fix: () => 'Check for a cache in front of the endpoint. Litestream must be able to delete old objects.',
		about: 'endpoint',
	},
	unreachable: {
		sentence: ({target, answer}) => `Cannot reach the storage at ${target.endpoint}: ${sayWhy(answer)}`,
		fix: () => 'Check the endpoint and the network, then run phxfly again.',
		about: 'endpoint',
	},
	'tls-failure': {
		sentence: ({target, answer}) =>
			isPlainAnswer(answer)
				? `The server at ${target.endpoint} answers without TLS, so it is no https endpoint`
				: `No TLS connection to ${target.endpoint}: ${sayWhy(answer)}`,
		fix: ({target, answer}) =>
			isPlainAnswer(answer)
				? `Check the port. If the S3 API there has no TLS, pass --endpoint ${target.endpoint.replace(/^https/, 'http')}, which sends the database unencrypted.`
				: "Check the endpoint's host name and its certificate. Litestream would not connect either.",
		about: 'endpoint',
	},
	throttled: {
		sentence: ({target}) => `The storage at ${target.endpoint} is rate limiting requests`,
		fix: () => 'Wait a minute, then run phxfly again.',
	},
	'out-of-order': {
		sentence: ({target}) => `The storage at ${target.endpoint} is unavailable: server error`,
		fix: () => "Check the provider's status page, wait, then run phxfly again.",
	},
	'not-s3': {
		sentence: ({target, answer}) => {
			const redirect = readRedirect(answer, target);
			return `The server at ${target.endpoint} does not speak the S3 API${redirect ? `: it redirects to ${redirect.shown}` : ''}`;
		},
		fix: () => 'Check the endpoint. It must be the address of the S3 API, not of a console or a web page.',
		about: 'endpoint',
	},
	'not-supported': {
		sentence: ({target, task}) =>
			`The storage at ${target.endpoint} does not support the request to ${task} ${showUrl(target)}`,
		fix: () => 'Update the storage server, or use another storage. Litestream needs the same requests.',
		about: 'endpoint',
	},
	refused: {
		sentence: ({target, task}) => `The storage refuses to ${task} ${showUrl(target)}`,
		fix: () => 'Check the key pair, the bucket, and its region.',
		about: 'bucket',
	},
};

const newPair =
	'Copy both keys again. Providers show the secret only once; if you lost it, create a new key pair.';

function wordRight(does: string, permission: string): Wording {
	return {
		sentence: ({target}) => `The keys cannot ${does} ${showUrl(target)}`,
		fix: ({target}) =>
			`Give the keys ${permission} on ${permission === 's3:ListBucket' ? target.bucket : `${showUrl(target).slice(5)}/*`}, or create a pair that can read and write objects.`,
		about: 'keyId',
	};
}

/** Writes where the replica is, as in LITESTREAM_REPLICA_URL. */
const showUrl = ({bucket, prefix}: Pick<StoreTarget, 'bucket' | 'prefix'>): string =>
	`s3://${[bucket, prefix].filter(Boolean).join('/')}`;

/** Returns the bucket's region, if the service named it. */
const readRegion = ({answer}: Circumstances) => (answer?.is === 'refused' ? answer.region : undefined);

function sayOtherEndpoint(circumstances: Circumstances): string {
	const {target, answer, answersAt} = circumstances;
	if (answersAt) return `The storage answers at ${answersAt}, not at ${target.endpoint}`;
	const region = readRegion(circumstances);
	if (region) return `Bucket ${target.bucket} is in ${region}, which is not at ${target.endpoint}`;
	return `The storage at ${target.endpoint} redirects to ${readRedirect(answer, target)?.shown}`;
}

function adviseEndpoint(circumstances: Circumstances): string {
	const {target, answer, answersAt} = circumstances;
	const region = readRegion(circumstances);
	const endpoint = answersAt ?? findOtherEndpoint(answer, target);
	if (!endpoint)
		return `Find the endpoint of region ${region ?? target.region}, and pass it: --endpoint URL.`;
	const isLessSafe = target.endpoint.startsWith('https:') && endpoint.startsWith('http:');
	if (isLessSafe) return `Check the endpoint. ${endpoint} would send the database unencrypted.`;
	return `Pass --endpoint ${endpoint}${region ? ` --storage-region ${region}` : ''}.`;
}

function sayClock(skewSeconds: number | undefined): string {
	if (skewSeconds === undefined) return "This computer's clock is too far from the storage server's";
	const side = skewSeconds > 0 ? 'behind' : 'ahead of';
	return `This computer's clock is ${Math.abs(skewSeconds)} s ${side} the storage server. S3 rejects requests that are more than 15 minutes off`;
}

function sayWhy(answer: NotOk | undefined): string {
	if (answer?.is !== 'unreachable') return 'no answer';
	// OpenSSL's own text is a list of its functions.
	if (answer.code === 'EPROTO') return 'the server and phxfly have no TLS version in common';
	switch (answer.why) {
		case 'no-name':
			return 'its host name has no address';
		case 'refused':
			return 'connection refused';
		case 'time-out':
			return 'timed out';
		default:
			return answer.message;
	}
}

/** Quotes the service: its message only if nothing else is known, and without the keys. */
function quote(fault: StorageError, {answer, target}: Circumstances): string {
	if (answer?.is !== 'refused') return '';
	const reported = [`${answer.status} ${answer.code}`.trim()];
	if (fault === 'refused' && answer.message !== '') reported.push(answer.message.replace(/\.$/, ''));
	const text = ` (${reported.join(': ')})`;
	return target.secretAccessKey.hideIn(target.accessKeyId.hideIn(text));
}

/**
Returns the failure of a diagnosis.

@param exit - `refused` before the first change; `failed` for a step.
*/
export function failFor(verdict: StorageDiagnosis, exit: Extract<ExitName, 'refused' | 'failed'>): Failure {
	const {fault, sentence, fix, questionId} = verdict;
	const hint = exit === 'refused' ? `${fix} Nothing was changed in the Fly account.` : fix;
	return new Failure(`storage-${fault}`, sentence, {exit, hint, ...(questionId ? {questionId} : {})});
}
