import {readAnswer} from '../core/answer.ts';
import {type Provider, parseS3Bucket, sharedQuestions} from '../core/storage/provider.ts';
import {buildReplicaSecrets} from '../core/storage/secrets.ts';

export const tigris: Provider = {
	id: 'tigris',
	label: 'Tigris',
	aliases: ['fly'],
	monthlyUsd: [0, 2.5],
	gbMonthUsd: 0.02,
	comparison: {
		bucketOwner: 'phxfly, on Fly',
		requires: 'nothing',
		dataLocation: 'near the machine, cached where it is read',
	},
	asks: ['bucket', 'prefix', 'endpoint'],
	questionOf: {bucket: sharedQuestions.bucket, endpoint: sharedQuestions.endpoint},
	hosts: ['.tigris.dev', '.storage.dev'],
	whereToFind: {
		bucket: 'phxfly creates it. Run fly storage list to see existing buckets.',
		endpoint: 'Leave this at none. Tigris uses https://fly.storage.tigris.dev.',
	},
	bringsKeys: false,
	makesBucket: true,
	terms: {title: 'Tigris terms of service', url: 'https://www.tigrisdata.com/docs/legal/service-terms/'},
	keyNames: {accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY'},

	// The host that `storage create` sets. Litestream recognizes only this one and t3.storage.dev as Tigris.
	target: answers => ({
		endpoint: readAnswer(answers, 'endpoint') ?? 'https://fly.storage.tigris.dev',
		region: 'auto',
	}),

	secrets: answers => buildReplicaSecrets(answers, tigris.target(answers)),
	parseBucket: parseS3Bucket,
	samples: {
		good: {answers: {}, target: {endpoint: 'https://fly.storage.tigris.dev', region: 'auto'}},
		bad: {bucket: 'my..bucket'},
	},
};
