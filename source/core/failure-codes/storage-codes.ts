import type {FailureEntry} from './failure-entry.ts';

/** The storage. */
export const storageCodes = {
	'prefix-in-use': {
		exits: ['input-needed'],
		meaning: 'The prefix holds what this project did not put there, and nobody said what to do with it.',
		next: 'Give `--restore` to fill the new app from it, or another prefix: `--prefix PATH`.',
	},
	'storage-wrong-key-id': {
		exits: ['refused', 'failed'],
		meaning: 'The storage does not know the access key id.',
		next: 'Copy the key pair again, both halves, or make a new pair.',
	},
	'storage-wrong-secret': {
		exits: ['refused', 'failed'],
		meaning: 'The secret access key is not the one that belongs to the access key id.',
		next: 'Copy the key pair again, both halves, or make a new pair.',
	},
	'storage-keys-swapped': {
		exits: ['refused', 'failed'],
		meaning: 'The access key id and the secret access key are swapped.',
		next: 'Give each in the place of the other.',
	},
	'storage-wrong-account': {
		exits: ['refused', 'failed'],
		meaning: 'The account is not the one of the keys.',
		next: 'Compare the account id with the one shown beside the keys: `--r2-account-id`.',
	},
	'storage-no-bucket': {
		exits: ['refused', 'failed'],
		meaning: 'There is no bucket of that name.',
		next: 'Make it first, or answer its exact name: `--bucket NAME`.',
	},
	'storage-wrong-region': {
		exits: ['refused', 'failed'],
		meaning: 'The bucket is in another region.',
		next: 'Answer its region: `--storage-region REGION`.',
	},
	'storage-clock-skew': {
		exits: ['refused', 'failed'],
		meaning: "This computer's clock is too far from the storage's.",
		next: 'Set the clock, best by network time, then run phxfly again.',
	},
	'storage-no-list-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not list the bucket.',
		next: 'Give them s3:ListBucket, or make a pair that may read and write objects.',
	},
	'storage-no-write-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not write below the prefix.',
		next: 'Give them s3:PutObject, or make a pair that may read and write objects.',
	},
	'storage-no-read-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not read what they wrote.',
		next: 'Give them s3:GetObject, or make a pair that may read and write objects.',
	},
	'storage-no-delete-right': {
		exits: ['refused', 'failed'],
		meaning: 'The keys may not delete below the prefix.',
		next: 'Give them s3:DeleteObject, or make a pair that may read and write objects.',
	},
	'storage-other-bytes': {
		exits: ['refused', 'failed'],
		meaning: 'The bucket gave back other bytes than were written.',
		next: 'Check the endpoint: `--endpoint URL`.',
	},
	'storage-not-deleted': {
		exits: ['refused', 'failed'],
		meaning: 'The bucket still gives back an object that was deleted.',
		next: 'Check what keeps it, such as a cache before the endpoint: `--endpoint URL`.',
	},
	'storage-unreachable': {
		exits: ['refused', 'failed'],
		meaning: 'The storage cannot be reached.',
		next: 'Check the endpoint, `--endpoint URL`, and the network, then run phxfly again.',
	},
	'storage-tls-failure': {
		exits: ['refused', 'failed'],
		meaning: 'The endpoint opens no encrypted connection.',
		next: "Check the endpoint's host name and its certificate: `--endpoint URL`.",
	},
	'storage-throttled': {
		exits: ['refused', 'failed'],
		meaning: 'The storage takes no more requests for now.',
		next: 'Wait a minute, then run phxfly again.',
	},
	'storage-out-of-order': {
		exits: ['refused', 'failed'],
		meaning: 'The storage is out of order.',
		next: "Look at the provider's status page, wait, then run phxfly again.",
	},
	'storage-not-s3': {
		exits: ['refused', 'failed'],
		meaning: 'What answers at the endpoint is no S3 storage.',
		next: 'Check the endpoint: it is the address of the S3 interface, not of a console: `--endpoint URL`.',
	},
	'storage-refused': {
		exits: ['refused', 'failed'],
		meaning: 'The storage refuses, and says no more than the message shows.',
		next: 'Check the key pair, the bucket and its region: `--bucket NAME`, `--storage-region REGION`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;
