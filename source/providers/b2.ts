import {readAnswer} from '../core/answer.ts';
import {followRegion, type Provider, parseS3Bucket, sharedQuestions} from '../core/storage/provider.ts';
import {buildReplicaSecrets, keySecrets, litestreamKeyNames} from '../core/storage/secrets.ts';

export const b2: Provider = {
	id: 'b2',
	label: 'B2',
	aliases: ['backblaze'],
	// $6 a TB, 10 GB are free. Above 2,500 a day Litestream's lists cost $0.004 a thousand, about 500,000 a month.
	monthlyUsd: [0, 1.7],
	gbMonthUsd: 0.006,
	comparison: {
		bucketOwner: 'you',
		requires: 'bucket, key pair, region',
		dataLocation: 'in the region of the account',
	},
	asks: ['storage-region', 'bucket', 'prefix', 'endpoint', 'access-key-id', 'secret-access-key'],
	questionOf: sharedQuestions,
	region: {
		example: 'us-west-004',
		pattern: /[a-z]{2}-[a-z]+-\d{3}/,
		sentence: 'B2 regions look like us-west-004 or eu-central-003.',
	},
	hosts: ['.backblazeb2.com'],
	whereToFind: {
		'storage-region':
			'Backblaze console, B2 Cloud Storage, Buckets, your bucket, Endpoint: us-west-004 in s3.us-west-004.backblazeb2.com.',
		bucket: 'Backblaze console, B2 Cloud Storage, Buckets: Create a Bucket (private).',
		'access-key-id':
			'Backblaze console, Application Keys, Add a New Application Key with Read and Write on the bucket: keyID. The master key does not work.',
		'secret-access-key':
			'Backblaze shows it once, as applicationKey, when you create the key. If you lost it, create a new key.',
	},
	pages: {'access-key-id': 'https://secure.backblaze.com/app_keys.htm'},
	vendor: 'Backblaze',
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,

	target(answers) {
		const region = readAnswer(answers, 'storage-region') ?? '';
		return {endpoint: readAnswer(answers, 'endpoint') ?? `https://s3.${region}.backblazeb2.com`, region};
	},

	retryWith: followRegion('storage-region'),
	secrets: answers => [...buildReplicaSecrets(answers, b2.target(answers)), ...keySecrets],
	parseBucket: parseS3Bucket,
	samples: {
		good: {
			answers: {'storage-region': 'us-west-004'},
			target: {endpoint: 'https://s3.us-west-004.backblazeb2.com', region: 'us-west-004'},
		},
		bad: {'storage-region': 'us-east-1', bucket: 'my..bucket'},
	},
};
