import {readAnswer} from '../../source/core/answer.ts';
import {type Provider, parseS3Bucket, sharedQuestions} from '../../source/core/storage/provider.ts';
import {buildReplicaSecrets, keySecrets, litestreamKeyNames} from '../../source/core/storage/secrets.ts';

export const garage: Provider = {
	id: 'garage',
	label: 'Garage',
	comparison: {
		bucketOwner: 'you',
		requires: 'endpoint, bucket, key pair',
		dataLocation: 'on your own servers',
	},
	asks: ['endpoint', 'bucket', 'prefix', 'access-key-id', 'secret-access-key'],
	questionOf: {...sharedQuestions, region: undefined},
	whereToFind: {'access-key-id': 'garage key create, Key ID.'},
	needsEndpoint: true,
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,
	target: answers => ({endpoint: readAnswer(answers, 'endpoint') ?? '', region: 'garage'}),
	secrets: answers => [...buildReplicaSecrets(answers, garage.target(answers)), ...keySecrets],
	parseBucket: parseS3Bucket,
	samples: {
		good: {
			answers: {endpoint: 'https://s3.example.com'},
			target: {endpoint: 'https://s3.example.com', region: 'garage'},
		},
		bad: {endpoint: 'none', bucket: 'my..bucket'},
	},
};
