import {readAnswer} from '../core/answer.ts';
import {
	awsRegion,
	followRegion,
	type Provider,
	parseS3Bucket,
	sharedQuestions,
} from '../core/storage/provider.ts';
import {buildReplicaSecrets, keySecrets, litestreamKeyNames} from '../core/storage/secrets.ts';

/** Any S3-compatible storage: MinIO, Garage, …; requests name the bucket in the path. */
export const custom: Provider = {
	id: 'custom',
	label: 'other',
	aliases: ['minio', 'garage', 'other'],
	comparison: {
		bucketOwner: 'you',
		requires: 'endpoint, bucket, key pair',
		dataLocation: 'wherever the endpoint is',
	},
	asks: ['endpoint', 'storage-region', 'bucket', 'prefix', 'access-key-id', 'secret-access-key'],
	questionOf: sharedQuestions,
	region: awsRegion,
	whereToFind: {
		endpoint:
			'The URL of the S3 API, without the bucket. MinIO and Garage: the URL of the S3 API, not of the console.',
		'storage-region': 'Garage: s3_region in garage.toml. MinIO: us-east-1 unless you set another.',
		bucket: 'MinIO: mc mb. Garage: garage bucket create.',
		'access-key-id': 'MinIO: Access Keys. Garage: garage key create, Key ID.',
		'secret-access-key': 'Shown once, next to the access key id. If you lost it, create a new key pair.',
	},
	needsEndpoint: true,
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,

	target: answers => ({
		endpoint: readAnswer(answers, 'endpoint') ?? '',
		region: readAnswer(answers, 'storage-region') ?? 'us-east-1',
	}),

	retryWith: followRegion('storage-region'),
	secrets: answers => [...buildReplicaSecrets(answers, custom.target(answers)), ...keySecrets],
	parseBucket: parseS3Bucket,
	samples: {
		good: {
			answers: {endpoint: 'https://s3.example.com', 'storage-region': 'garage'},
			target: {endpoint: 'https://s3.example.com', region: 'garage'},
		},
		bad: {endpoint: 'none', bucket: 'my..bucket'},
	},
};
