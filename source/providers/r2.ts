import {readAnswer} from '../core/answers.ts';
import type {Provider} from '../core/definitions.ts';
import {buildKeySecrets, buildReplicaSecrets, litestreamKeyNames} from './build-replica-secrets.ts';
import {parseR2Bucket} from './parse-bucket-name.ts';

export const r2: Provider = {
	id: 'r2',
	label: 'R2',
	comparison: {
		bucketBy: 'you',
		youBring: 'bucket, key pair, account id',
		monthly: '$0.00',
		dataLies: 'near where the bucket was made, or in its jurisdiction',
	},
	asks: [
		'r2-account-id',
		'r2-jurisdiction',
		'bucket',
		'prefix',
		'endpoint',
		'access-key-id',
		'secret-access-key',
	],
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,

	target(answers) {
		const host = [readAnswer(answers, 'r2-account-id'), readAnswer(answers, 'r2-jurisdiction')]
			.filter(Boolean)
			.join('.');
		return {
			endpoint: readAnswer(answers, 'endpoint') ?? `https://${host}.r2.cloudflarestorage.com`,
			region: 'auto',
		};
	},

	secrets: (answers, keys) => [...buildReplicaSecrets(answers, r2.target(answers)), ...buildKeySecrets(keys)],
	parseBucket: parseR2Bucket,
};
