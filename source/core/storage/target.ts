import {type Answers, readAnswer} from '../answer.ts';
import type {StoreTarget} from '../readers.ts';
import type {DesiredSecret, SecretStore} from '../secrets/secret.ts';
import type {Provider} from './provider.ts';

type Place = {
	readonly provider: Provider | undefined;
	readonly answers: Answers;
	readonly storageSecrets: readonly DesiredSecret[];
};

/** Finds where the replica is stored, with the key pair for it; `undefined` while a part of it is missing. */
export function findStoreTarget(
	{provider, answers, storageSecrets}: Place,
	secrets: Pick<SecretStore, 'find'>,
): StoreTarget | undefined {
	const bucket = readAnswer(answers, 'bucket');
	if (!provider || !bucket) return undefined;
	// What `storage create` printed is not a storage secret of the plan.
	const find = (name: string) => secrets.find(storageSecrets.find(each => each.name === name) ?? {name});
	const accessKeyId = find(provider.keyNames.accessKeyId);
	const secretAccessKey = find(provider.keyNames.secretAccessKey);
	if (!accessKeyId || !secretAccessKey) return undefined;
	const prefix = readAnswer(answers, 'prefix') ?? '';
	return {...provider.target(answers), bucket, prefix, accessKeyId, secretAccessKey};
}
