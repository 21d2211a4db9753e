import type {ExitName} from '../errors/codes.ts';
import {Failure} from '../errors/failure.ts';
import type {StoreTarget} from '../readers.ts';
import {
	findStorageFault,
	type NotOk,
	type StorageError,
	type StorageTask,
	type StorageTopic,
} from './fault.ts';
import type {Provider} from './provider.ts';

/** What is wrong with the storage, and what to do about it. No secret is in it. */
export type StorageDiagnosis = {
	readonly fault: StorageError;
	readonly sentence: string;
	readonly fix: string;
	/** The provider's question whose answer is to be changed. */
	readonly questionId: string | undefined;
	/** The bucket's region, where the service told it. */
	readonly region: string | undefined;
};

type Circumstances = {
	readonly target: StoreTarget;
	readonly task: StorageTask;
	readonly answer: NotOk | undefined;
};

/** What an answer that is not `ok` means there. Pure. */
export function judgeStorage(
	task: StorageTask,
	answer: NotOk,
	target: StoreTarget,
	provider: Provider | undefined,
): StorageDiagnosis {
	const fault = findStorageFault(task, answer, target, {
		keyShapes: provider?.keyShapes,
		faults: provider?.faults,
	});
	return wordVerdict(fault, {target, task, answer}, provider);
}

/** The verdict of a fault that is no refusal. Pure. */
export function wordVerdict(
	fault: StorageError,
	circumstances: Circumstances,
	provider: Provider | undefined,
): StorageDiagnosis {
	const {sentence, fix, about} = wordings[fault];
	const questionId = about && provider?.questionOf[about];
	const {answer} = circumstances;
	const where = questionId === undefined ? undefined : provider?.whereToFind[questionId];
	return {
		fault,
		sentence: `${sentence(circumstances)}${quote(fault, circumstances)}.`,
		fix: `${fix(circumstances)}${where === undefined ? '' : ` Where: ${where}`}`,
		questionId,
		region: answer?.is === 'refused' ? answer.region : undefined,
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
		sentence: () => 'The secret access key is not the one that belongs to the access key id',
		fix: () => newPair,
		about: 'secret',
	},
	'keys-swapped': {
		sentence: () => 'The access key id and the secret access key are swapped',
		fix: () => 'Give each in the place of the other.',
		about: 'keyId',
	},
	'wrong-account': {
		sentence: ({target}) => `The account in ${target.endpoint} is not the one of these keys`,
		fix: () =>
			'Compare the account id with the one shown beside the keys; if it is right, make a new pair there.',
		about: 'account',
	},
	'no-bucket': {
		sentence: ({target}) => `There is no bucket ${target.bucket} at ${target.endpoint}`,
		fix: () => 'Make the bucket there first, or answer with its exact name: --bucket NAME.',
		about: 'bucket',
	},
	'wrong-region': {
		sentence: ({target, answer}) =>
			answer?.is === 'refused' && answer.region
				? `The bucket ${target.bucket} is in ${answer.region}, not in ${target.region}`
				: `The bucket ${target.bucket} is in another region than ${target.region}, and the storage does not say in which`,
		fix: ({answer}) => `Answer --storage-region ${(answer?.is === 'refused' && answer.region) || 'REGION'}.`,
		about: 'region',
	},
	'clock-skew': {
		sentence: ({answer}) => sayClock(answer?.is === 'refused' ? answer.skewSeconds : undefined),
		fix: () => 'Set this computer’s clock, best by network time, then run phxfly again.',
	},
	'no-list-right': wordRight('list', 's3:ListBucket'),
	'no-write-right': wordRight('write below', 's3:PutObject'),
	'no-read-right': wordRight('read what they wrote below', 's3:GetObject'),
	'no-delete-right': wordRight('delete below', 's3:DeleteObject'),
	'other-bytes': {
		sentence: ({target}) => `The bucket ${target.bucket} gave back other bytes than were written`,
		fix: () => 'Check the endpoint: something between here and the bucket changes objects.',
		about: 'endpoint',
	},
	'not-deleted': {
		sentence: ({target}) => `The bucket ${target.bucket} still gives back an object that was deleted`,
		fix: () =>
			'Check what keeps it, such as a cache before the endpoint: Litestream has to delete what is old.',
		about: 'endpoint',
	},
	unreachable: {
		sentence: ({target, answer}) => `The storage at ${target.endpoint} cannot be reached: ${sayWhy(answer)}`,
		fix: () => 'Check the endpoint and the network, then run phxfly again.',
		about: 'endpoint',
	},
	'tls-failure': {
		sentence: ({target, answer}) =>
			`${target.endpoint} opens no encrypted connection: ${answer?.is === 'unreachable' ? answer.message : ''}`,
		fix: () => 'Check the endpoint’s host name and its certificate; Litestream will not connect either.',
		about: 'endpoint',
	},
	throttled: {
		sentence: ({target}) => `The storage at ${target.endpoint} takes no more requests for now`,
		fix: () => 'Wait a minute, then run phxfly again.',
	},
	'out-of-order': {
		sentence: ({target}) => `The storage at ${target.endpoint} is out of order`,
		fix: () => 'Look at the provider’s status page, wait, then run phxfly again.',
	},
	'not-s3': {
		sentence: ({target}) => `What answers at ${target.endpoint} is no S3 storage`,
		fix: () => 'Check the endpoint: it is the address of the S3 interface, not of a console or a web page.',
		about: 'endpoint',
	},
	refused: {
		sentence: ({target, task}) => `The storage refuses to ${task} ${showUrl(target)}`,
		fix: () => 'Check the key pair, the bucket and its region.',
		about: 'bucket',
	},
};

const newPair =
	'Copy the key pair again, both halves; a secret is shown only once, so if in doubt make a new pair.';

function wordRight(does: string, permission: string): Wording {
	return {
		sentence: ({target}) => `The keys may not ${does} ${showUrl(target)}`,
		fix: ({target}) =>
			`Give the keys ${permission} on ${permission === 's3:ListBucket' ? target.bucket : `${showUrl(target).slice(5)}/*`}, or make a pair that may read and write objects.`,
		about: 'keyId',
	};
}

/** Where the replica lies, as Litestream is told it. */
const showUrl = ({bucket, prefix}: Pick<StoreTarget, 'bucket' | 'prefix'>): string =>
	`s3://${[bucket, prefix].filter(Boolean).join('/')}`;

function sayClock(skewSeconds: number | undefined): string {
	if (skewSeconds === undefined) return 'This computer’s clock is too far from the storage’s';
	const side = skewSeconds > 0 ? 'behind' : 'ahead of';
	return `This computer’s clock is ${Math.abs(skewSeconds)} seconds ${side} the storage’s, and signatures stand for 900`;
}

function sayWhy(answer: NotOk | undefined): string {
	if (answer?.is !== 'unreachable') return 'nobody answers';
	switch (answer.why) {
		case 'no-name':
			return 'its name has no address';
		case 'refused':
			return 'nothing listens there';
		case 'time-out':
			return 'no answer in time';
		default:
			return answer.message;
	}
}

/** The service's own words: its message only where nothing else is known, and without the keys. */
function quote(fault: StorageError, {answer, target}: Circumstances): string {
	if (answer?.is !== 'refused') return '';
	const said = [`${answer.status} ${answer.code}`.trim()];
	if (fault === 'refused' && answer.message !== '') said.push(answer.message.replace(/\.$/, ''));
	const text = ` (${said.join(': ')})`;
	return target.secretAccessKey.hideIn(target.accessKeyId.hideIn(text));
}

/** @param exit - `refused` before the first change; later it is a failed step. */
export function failFor(verdict: StorageDiagnosis, exit: Extract<ExitName, 'refused' | 'failed'>): Failure {
	const {fault, sentence, fix, questionId} = verdict;
	const hint = exit === 'refused' ? `${fix} Nothing was changed in the Fly account.` : fix;
	return new Failure(`storage-${fault}`, sentence, {exit, hint, ...(questionId ? {questionId} : {})});
}
