import {type Answers, readAnswer, requireAnswer} from '../answer.ts';
import type {LitestreamConfig, LitestreamDatabase} from '../litestream/config.ts';
import {
	rejectConfig,
	resolveSetting,
	type Setting,
	writeEndpoint,
	writeParts,
} from '../litestream/setting.ts';
import type {DesiredSecret, SecretStore} from '../secrets/secret.ts';
import {findProviderOf, type Provider} from './provider.ts';
import {choosePlace, requireKey, requireRegion, solveSetting} from './settings.ts';

/** The names from which Litestream reads a key pair that you provide. */
export const litestreamKeyNames: Provider['keyNames'] = {
	accessKeyId: 'LITESTREAM_ACCESS_KEY_ID',
	secretAccessKey: 'LITESTREAM_SECRET_ACCESS_KEY',
};

/** What `storage create` prints once and sets on the app. @see flyctl internal/command/extensions/tigris */
export const bucketSecretNames: readonly string[] = [
	'AWS_ACCESS_KEY_ID',
	'AWS_ENDPOINT_URL_S3',
	'AWS_REGION',
	'AWS_SECRET_ACCESS_KEY',
	'BUCKET_NAME',
];

/** Returns where Litestream finds the replica. Always sets the endpoint: a leftover AWS_ENDPOINT_URL_S3 would replace it. */
export function buildReplicaSecrets(
	answers: Answers,
	target: ReturnType<Provider['target']>,
): readonly DesiredSecret[] {
	const location = [requireAnswer(answers, 'bucket'), readAnswer(answers, 'prefix')]
		.filter(Boolean)
		.join('/');
	return [
		{name: 'LITESTREAM_REPLICA_URL', value: `s3://${location}`},
		{name: 'LITESTREAM_ENDPOINT', value: target.endpoint},
		{name: 'LITESTREAM_REGION', value: target.region},
	];
}

/** The key pair that you provide. */
export const keySecrets: readonly DesiredSecret[] = [
	{name: litestreamKeyNames.accessKeyId, from: 'access-key-id'},
	{name: litestreamKeyNames.secretAccessKey, from: 'secret-access-key'},
];

type Wanted = {
	readonly provider: Provider;
	readonly providers: readonly Provider[];
	/** As the provider would set them for phxfly's own litestream.yml. */
	readonly secrets: readonly DesiredSecret[];
	readonly store: Pick<SecretStore, 'find'>;
	readonly target: {readonly endpoint: string; readonly region: string};
	readonly bucket: string;
	readonly prefix: string;
	readonly databasePath: string | undefined;
	/** Variables of fly.toml's [env]. */
	readonly environment: ReadonlyMap<string, string>;
};

type StorageSecrets = {
	readonly secrets: readonly DesiredSecret[];
	/** Which secrets hold the key pair for this file. */
	readonly keyNames: Provider['keyNames'];
};

/**
Returns the secrets that an existing litestream.yml reads, and what each must contain. Leaves out what the file does not read
and what `storage create` sets by itself.

@throws {Failure} Exit 2 with the line of a setting that points to a different location.
*/
export function deriveStorageSecrets(config: LitestreamConfig, wanted: Wanted): StorageSecrets {
	const {provider, target, environment} = wanted;
	const {questionOf} = provider;
	const {file} = config;
	const database = resolveDatabase(chooseDatabase(config, wanted), environment);
	const values = new Map<string, string>();
	const solve = solveSetting(file, values);
	requireService(file, database.endpoint, wanted);
	choosePlace(config, database, wanted, solve);
	if (database.endpoint) solve(database.endpoint, target.endpoint, 'the endpoint', questionOf.endpoint);
	else requireEndpoint(file, database, wanted);
	if (database.region) solve(database.region, target.region, 'the region', questionOf.region);
	else requireRegion(file, database, target);

	const keyNames = {
		accessKeyId: requireKey(config, database.accessKeyId, wanted, 'accessKeyId'),
		secretAccessKey: requireKey(config, database.secretAccessKey, wanted, 'secretAccessKey'),
	};
	const made = provider.makesBucket ? listMade(wanted) : new Map<string, string>();
	const places = [...values]
		.filter(([name, value]) => made.get(name) !== value)
		.map(([name, value]): DesiredSecret => ({name, value}));
	return {
		secrets: [...places, ...renameKeys(wanted, keyNames)],
		keyNames: {...provider.keyNames, ...defined(keyNames)},
	};
}

/** Chooses the database of DATABASE_PATH; a file with only one database means that one. */
function chooseDatabase(config: LitestreamConfig, {databasePath, environment}: Wanted): LitestreamDatabase {
	const resolve = ({path}: LitestreamDatabase) => path && writeParts(resolveSetting(path, environment).parts);
	const [only, ...others] = config.databases;
	const chosen =
		others.length === 0
			? only
			: config.databases.find(each => resolve(each) === databasePath && databasePath);
	if (chosen) return chosen;
	throw rejectConfig(
		config.file,
		only?.line ?? 1,
		`none of its databases is ${databasePath ?? 'DATABASE_PATH from fly.toml'}.`,
		'Add the database there',
	);
}

/** Replaces the variables that fly.toml sets. */
function resolveDatabase(
	{line, ...settings}: LitestreamDatabase,
	environment: ReadonlyMap<string, string>,
): LitestreamDatabase {
	const resolve = (setting: Setting | undefined) => setting && resolveSetting(setting, environment);
	return {
		line,
		path: resolve(settings.path),
		type: resolve(settings.type),
		url: resolve(settings.url),
		bucket: resolve(settings.bucket),
		prefix: resolve(settings.prefix),
		endpoint: resolve(settings.endpoint),
		region: resolve(settings.region),
		accessKeyId: resolve(settings.accessKeyId),
		secretAccessKey: resolve(settings.secretAccessKey),
	};
}

/** Rejects an endpoint of another service, before its bucket and region are compared. */
function requireService(
	file: string,
	endpoint: Setting | undefined,
	{provider, providers, target}: Wanted,
): void {
	if (!endpoint?.parts.every(({is}) => is === 'literal')) return;
	const url = writeEndpoint(writeParts(endpoint.parts));
	const other = findProviderOf(url, providers);
	if (!other || other.id === provider.id || provider.needsEndpoint || target.endpoint === url) return;
	const problem = `the endpoint is ${url}, which is not ${provider.label}.`;
	throw rejectConfig(
		file,
		endpoint.line,
		problem,
		`Pass --storage ${other.id}, or write another place there`,
	);
}

/** Rejects a missing endpoint: Litestream 0.3 would use AWS, and 0.5 the address in AWS_ENDPOINT_URL_S3. */
function requireEndpoint(file: string, {line}: LitestreamDatabase, {target}: Wanted): void {
	if (/\.amazonaws\.com(?:\.cn)?$/.test(target.endpoint)) return;
	const problem = `the replica has no endpoint, so Litestream would not use ${target.endpoint}.`;
	throw rejectConfig(file, line, problem, 'Add `endpoint: $LITESTREAM_ENDPOINT` to the replica');
}

/** Returns what `storage create` sets on the app. */
const listMade = ({bucket, target}: Wanted): ReadonlyMap<string, string> =>
	new Map([
		['BUCKET_NAME', bucket],
		['AWS_ENDPOINT_URL_S3', 'https://fly.storage.tigris.dev'],
		['AWS_REGION', target.region],
	]);

function renameKeys(
	{provider, secrets}: Wanted,
	keyNames: {readonly [Key in keyof Provider['keyNames']]: string | undefined},
): readonly DesiredSecret[] {
	return (['accessKeyId', 'secretAccessKey'] as const).flatMap((key): readonly DesiredSecret[] => {
		const own = secrets.find(({name}) => name === provider.keyNames[key]);
		const name = keyNames[key];
		return own && name ? [{...own, name}] : [];
	});
}

const defined = (keyNames: {readonly [Key in keyof Provider['keyNames']]: string | undefined}) => ({
	...(keyNames.accessKeyId ? {accessKeyId: keyNames.accessKeyId} : {}),
	...(keyNames.secretAccessKey ? {secretAccessKey: keyNames.secretAccessKey} : {}),
});
