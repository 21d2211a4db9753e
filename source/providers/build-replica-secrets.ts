import {type Answers, readAnswer, requireAnswer} from '../core/answer.ts';
import type {Provider} from '../core/questions/question.ts';
import {Secret, type WantedSecret} from '../core/secrets/secret.ts';

/** The names Litestream reads a key pair from, when it is brought along. */
export const litestreamKeyNames: Provider['keyNames'] = {
	accessKeyId: 'LITESTREAM_ACCESS_KEY_ID',
	secretAccessKey: 'LITESTREAM_SECRET_ACCESS_KEY',
};

/** Where Litestream finds the replica. The endpoint is never left empty: a leftover AWS_ENDPOINT_URL_S3 would take its place. */
export function buildReplicaSecrets(
	answers: Answers,
	target: ReturnType<Provider['target']>,
): readonly WantedSecret[] {
	const location = [requireAnswer(answers, 'bucket'), readAnswer(answers, 'prefix')]
		.filter(Boolean)
		.join('/');
	return [
		buildPublicSecret('LITESTREAM_REPLICA_URL', `s3://${location}`),
		buildPublicSecret('LITESTREAM_ENDPOINT', target.endpoint),
		buildPublicSecret('LITESTREAM_REGION', target.region),
	];
}

/** @param keys - By question; a key that is not given now is wanted still, and kept as it is on the app. */
export const buildKeySecrets = (keys: ReadonlyMap<string, Secret>): readonly WantedSecret[] => [
	buildKeySecret(litestreamKeyNames.accessKeyId, keys.get('access-key-id')),
	buildKeySecret(litestreamKeyNames.secretAccessKey, keys.get('secret-access-key')),
];

const buildPublicSecret = (name: string, value: string): WantedSecret => ({
	name,
	secret: new Secret(name, value),
	isPublic: true,
});

const buildKeySecret = (name: string, key: Secret | undefined): WantedSecret =>
	key === undefined ? {name} : {name, secret: new Secret(name, key.reveal())};
