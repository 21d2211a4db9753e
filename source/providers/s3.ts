import {readAnswer} from '../core/answers.ts';
import type {Provider} from '../core/definitions.ts';
import {buildKeySecrets, buildReplicaSecrets, litestreamKeyNames} from './build-replica-secrets.ts';
import {parseS3Bucket} from './parse-bucket-name.ts';

export const s3: Provider = {
	id: 's3',
	label: 'S3',
	comparison: {
		bucketBy: 'you',
		youBring: 'bucket, key pair',
		monthly: '$0.10 to 2.60',
		dataLies: 'in the region of the bucket',
	},
	asks: ['storage-region', 'bucket', 'prefix', 'endpoint', 'access-key-id', 'secret-access-key'],
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,

	target(answers) {
		const region = readAnswer(answers, 'storage-region') ?? 'us-east-1';
		const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
		return {endpoint: readAnswer(answers, 'endpoint') ?? `https://s3.${region}.${domain}`, region};
	},

	secrets: (answers, keys) => [...buildReplicaSecrets(answers, s3.target(answers)), ...buildKeySecrets(keys)],
	parseBucket: parseS3Bucket,
};
