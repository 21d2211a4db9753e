import {readAnswer, requireAnswer} from './answer.ts';
import {readLitestreamConfig} from './litestream/config.ts';
import type {Situation} from './questions/question.ts';
import type {WantedSecret} from './secrets/secret.ts';
import type {Provider} from './storage/provider.ts';
import {deriveStorageSecrets} from './storage/secrets.ts';

type StoragePlan = {
	/** With the names of the secrets that hold its key pair for this app. */
	readonly provider: Provider | undefined;
	readonly secrets: readonly WantedSecret[];
};

/**
The storage secrets as the app's own litestream.yml reads them; an app without one gets ours, which reads the provider's own names.

@throws {Failure} Exit 2 with the line, for a file that names another place.
*/
export function planStorage({provider, answers, secrets: keys, project}: Situation): StoragePlan {
	if (!provider) return {provider, secrets: []};
	const secrets = provider.secrets(answers, keys);
	const file = project.litestreamPath;
	const source = file && project.files.get(file);
	if (!file || source === undefined) return {provider, secrets};

	const {env} = project.flyToml?.config ?? {};
	const derived = deriveStorageSecrets(readLitestreamConfig(file, source), {
		provider,
		secrets,
		target: provider.target(answers),
		bucket: requireAnswer(answers, 'bucket'),
		prefix: readAnswer(answers, 'prefix') ?? '',
		databasePath: project.databasePath,
		environment: new Map(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)])),
	});
	return {provider: {...provider, keyNames: derived.keyNames}, secrets: derived.secrets};
}
