import {readAnswer} from '../core/answer.ts';
import {
	awsRegion,
	followRegion,
	type Provider,
	parseS3Bucket,
	sharedQuestions,
} from '../core/storage/provider.ts';
import {buildReplicaSecrets, keySecrets, litestreamKeyNames} from '../core/storage/secrets.ts';

export const s3: Provider = {
	id: 's3',
	label: 'S3',
	aliases: ['aws', 'amazon'],
	monthlyUsd: [0.1, 2.6],
	gbMonthUsd: 0.023,
	comparison: {
		bucketOwner: 'you',
		requires: 'bucket, key pair',
		dataLocation: 'in the region of the bucket',
	},
	asks: ['storage-region', 'bucket', 'prefix', 'endpoint', 'access-key-id', 'secret-access-key'],
	questionOf: sharedQuestions,
	region: awsRegion,
	hosts: ['.amazonaws.com'],
	whereToFind: {
		'storage-region': 'AWS console, S3, your bucket, Properties: AWS Region. phxfly corrects a wrong region.',
		bucket: 'AWS console, S3, Buckets. Create one with all public access blocked.',
		'access-key-id': 'AWS console, IAM, Users, your user, Security credentials, Create access key.',
		'secret-access-key':
			'AWS shows it once, when you create the key pair. If you lost it, create a new key pair.',
	},
	pages: {'access-key-id': 'https://console.aws.amazon.com/iam/home#/security_credentials'},
	vendor: 'AWS',
	keyShapes: {
		accessKeyId: /^A(?:KIA|SIA)[A-Z\d]{16}$/,
		secretAccessKey: /^[A-Za-z\d/+=]{40}$/,
		usual: 'AWS access key ids are AKIA plus 16 characters, and secrets have 40 characters.',
	},
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,

	target(answers) {
		const region = readAnswer(answers, 'storage-region') ?? 'us-east-1';
		const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
		return {endpoint: readAnswer(answers, 'endpoint') ?? `https://s3.${region}.${domain}`, region};
	},

	retryWith: followRegion('storage-region'),
	secrets: answers => [...buildReplicaSecrets(answers, s3.target(answers)), ...keySecrets],
	parseBucket: parseS3Bucket,
	samples: {
		good: {
			answers: {'storage-region': 'eu-central-1'},
			target: {endpoint: 'https://s3.eu-central-1.amazonaws.com', region: 'eu-central-1'},
		},
		bad: {'storage-region': 'us-west-004', bucket: 'my..bucket'},
	},
};
