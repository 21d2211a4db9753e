import type {LitestreamDatabase} from '../../core/litestream/config.ts';
import {readHost} from '../../core/litestream/host.ts';
import {findConfiguredPlace, listPlaceVariables, type ReplicaPlace} from '../../core/litestream/place.ts';
import {
	markVariables,
	readSetting,
	resolveSetting,
	type Setting,
	writeParts,
} from '../../core/litestream/setting.ts';
import {type Environment, readEnvironment} from '../world/environment.ts';
import type {Machine, World} from '../world/world.ts';

export type Replica = {readonly bucket: string; readonly prefix: string};

type Trouble = {
	/** In Litestream's words. */
	readonly problem: string;
	/** Litestream ends with it at its start, instead of trying again. */
	readonly isFatal?: boolean;
};

const noKeys: Trouble = {problem: 'Error: s3: get credentials: no EC2 IMDS role found\n'};

/**
Returns where a machine replicates to, by its litestream.yml and the variables it started with, or Litestream's error.

@see https://litestream.io/reference/config/
*/
export function findReplica(world: World, machine: Machine): Replica | Trouble {
	const environment = readEnvironment(machine);
	const {litestream} = machine;
	// A world that an older phxfly made, or an image that no Dockerfile describes.
	if (!litestream) return findTemplateReplica(world, environment);
	if (litestream.problem !== undefined) return {problem: `Error: ${litestream.problem}\n`, isFatal: true};
	const databases = litestream.databases.map(readDatabaseSettings);
	const config = {databases};
	const unkept = listPlaceVariables(config).find(
		name => environment.names.has(name) && !environment.values.has(name),
	);
	if (unkept !== undefined) return {problem: `Error: a rehearsal does not keep the value of ${unkept}\n`};
	const reading = findConfiguredPlace(config, environment.values);
	if (reading.is === 'unclear') return {problem: `Error: ${reading.why}\n`};
	if (reading.is === 'none') {
		const what = databases[0]?.url ? 'file replica path required' : 'bucket required for s3 replica';
		return {problem: `Error: ${what}\n`, isFatal: true};
	}

	const written = environment.values.get('DATABASE_PATH');
	if (written !== undefined && !listDatabases(machine)?.includes(written))
		return {problem: `Error: database not found in config: ${written}\n`};
	if (!databases.some(each => hasKeys(each, environment))) return noKeys;
	const {place} = reading;
	// The host of a URL in a variable may name the bucket and the service.
	const host = place.endpoint === undefined ? readHost(place.bucket) : undefined;
	const named = host?.bucket === undefined ? place : {...place, ...host, bucket: host.bucket};
	return findBucket(world, named, environment);
}

function findTemplateReplica(world: World, environment: Environment): Replica | Trouble {
	const {values, names} = environment;
	const [, bucket, prefix = ''] =
		/^s3:\/\/([^/?]+)\/?([^?]*)/.exec(values.get('LITESTREAM_REPLICA_URL') ?? '') ?? [];
	if (bucket === undefined) return {problem: 'Error: file replica path required\n'};
	const isThere = ['LITESTREAM', 'AWS'].some(
		part => names.has(`${part}_ACCESS_KEY_ID`) && names.has(`${part}_SECRET_ACCESS_KEY`),
	);
	const endpoint = values.get('LITESTREAM_ENDPOINT') ?? '';
	return isThere
		? findBucket(world, {bucket, prefix: prefix.replace(/\/$/, ''), endpoint}, environment)
		: noKeys;
}

type Machined = NonNullable<Machine['litestream']>['databases'][number];

/** Reads what the world keeps of a database of litestream.yml. */
function readDatabaseSettings(texts: Machined): LitestreamDatabase {
	const read = (name: string): Setting | undefined => {
		const text = texts[name];
		return text === undefined ? undefined : readSetting(1, markVariables(text));
	};
	return {
		line: 1,
		path: read('path'),
		type: read('type'),
		url: read('url'),
		bucket: read('bucket'),
		prefix: read('prefix'),
		endpoint: read('endpoint'),
		region: read('region'),
		accessKeyId: read('accessKeyId'),
		secretAccessKey: read('secretAccessKey'),
	};
}

/** Lists the databases of litestream.yml by their paths on the machine; undefined where the world has no such file. */
export function listDatabases(machine: Machine): readonly string[] | undefined {
	const environment = readEnvironment(machine);
	return machine.litestream?.databases.flatMap(texts => {
		const {path} = readDatabaseSettings(texts);
		return (path && resolve(path, environment)) || [];
	});
}

function resolve(setting: Setting, {values}: Environment): string {
	const {parts} = resolveSetting(setting, values);
	return writeParts(parts.filter(({is}) => is === 'literal'));
}

/** A key that the file has not, or that is empty there, comes from the environment. */
function hasKeys({accessKeyId, secretAccessKey}: LitestreamDatabase, {names}: Environment): boolean {
	const isSet = (setting: Setting | undefined, rest: string) =>
		(setting?.parts.every(part => part.is === 'literal' || names.has(part.name)) ?? false) ||
		['LITESTREAM', 'AWS'].some(part => names.has(`${part}_${rest}`));
	return isSet(accessKeyId, 'ACCESS_KEY_ID') && isSet(secretAccessKey, 'SECRET_ACCESS_KEY');
}

/** Only Tigris has the buckets of the account; every other storage accepts any name. */
function findBucket(
	world: World,
	{bucket, prefix, endpoint}: ReplicaPlace,
	{values}: Environment,
): Replica | Trouble {
	const address = endpoint || (values.get('AWS_ENDPOINT_URL_S3') ?? '');
	const isOfAccount = /tigris\.dev|\.storage\.dev/.test(address);
	return isOfAccount && !world.buckets.some(({name}) => name === bucket)
		? {problem: 'Error: s3: NoSuchBucket: The specified bucket does not exist, status code: 404\n'}
		: {bucket, prefix};
}
