import type {LitestreamConfig, LitestreamDatabase} from './config.ts';
import {resolveSetting, type Setting, writeEndpoint, writeParts} from './setting.ts';

/** Where Litestream sends a database. */
export type ReplicaPlace = {
	readonly bucket: string;
	/** Without slashes at either end; may be empty. */
	readonly prefix: string;
	/** `undefined` where nothing sets one, so that Litestream uses AWS. */
	readonly endpoint: string | undefined;
};

/** `none`: the configuration leads nowhere, so nothing is replicated. */
export type PlaceReading =
	| {readonly is: 'place'; readonly place: ReplicaPlace}
	| {readonly is: 'none'}
	| {readonly is: 'unclear'; readonly why: string};

/** Lists the variables that decide where the replica is; never those of a key. */
export function listPlaceVariables({databases}: Pick<LitestreamConfig, 'databases'>): readonly string[] {
	const isChosenByPath = databases.length > 1;
	const settings = databases.flatMap(({path, type, url, bucket, prefix, endpoint}) => [
		...(isChosenByPath ? [path] : []),
		...[type, url, bucket, prefix, endpoint],
	]);
	const names = settings
		.flatMap(setting => setting?.parts ?? [])
		.flatMap(part => (part.is === 'variable' && /^\w+$/.test(part.name) ? [part.name] : []));
	return [...new Set([...(isChosenByPath ? ['DATABASE_PATH'] : []), ...names])];
}

/**
Finds the place that a litestream.yml leads to. Pure.

@param environment - The variables of the machine; one that is missing is empty, as Litestream reads it.
*/
export function findConfiguredPlace(
	config: Pick<LitestreamConfig, 'databases'>,
	environment: ReadonlyMap<string, string>,
): PlaceReading {
	const read = (setting: Setting | undefined) => setting && resolve(setting, environment);
	const [only, ...others] = config.databases;
	const chosen =
		others.length === 0
			? [only]
			: config.databases.filter(({path}) => read(path) === environment.get('DATABASE_PATH'));
	const [database] = chosen;
	if (!database || chosen.length > 1)
		return unclear('not exactly one database of litestream.yml is DATABASE_PATH');
	return findDatabasePlace(database, read);
}

function findDatabasePlace(
	{url, type, bucket, prefix, endpoint}: LitestreamDatabase,
	read: (setting: Setting | undefined) => string | undefined,
): PlaceReading {
	const location = read(url);
	if (location) return readReplicaUrl(location, read(endpoint));
	const kind = read(type) || 's3';
	if (kind !== 's3') return unclear('its replica is not in S3-compatible storage');
	const name = read(bucket);
	return name ? readReplicaUrl(`s3://${name}/${trim(read(prefix) ?? '')}`, read(endpoint)) : {is: 'none'};
}

/** Reads an `s3://BUCKET/PATH`; anything more, such as a query, is not compared. */
export function readReplicaUrl(url: string, endpoint: string | undefined): PlaceReading {
	const [, bucket, path = ''] = /^s3:\/\/([\w.-]+)(?:\/([\w./-]*))?$/.exec(url) ?? [];
	if (bucket === undefined) return unclear('the URL of its replica is not a plain s3://BUCKET/PATH');
	const address = endpoint ? writeEndpoint(endpoint) : undefined;
	if (address && !/^https?:\/\/[\w.:[\]-]+\/?$/.test(address))
		return unclear('the endpoint of its replica is not a plain URL');
	return {is: 'place', place: {bucket, prefix: trim(path), endpoint: address && trim(address)}};
}

function resolve(setting: Setting, environment: ReadonlyMap<string, string>): string {
	const {parts} = resolveSetting(setting, environment);
	return writeParts(parts.filter(({is}) => is === 'literal'));
}

const unclear = (why: string): PlaceReading => ({is: 'unclear', why});

const trim = (text: string) => text.replace(/^\/+|\/+$/g, '');
