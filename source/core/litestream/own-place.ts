import {Failure} from '../errors/failure.ts';
import type {ProjectFacts} from '../project/project.ts';
import {readLitestreamConfig} from './config.ts';
import {readHost} from './host.ts';
import {resolveSetting, type Setting, splitUrl, writeEndpoint, writeParts} from './setting.ts';

/** What the app's own litestream.yml fixes about the place of its replica; a part that a secret decides is undefined. */
export type OwnPlace = {
	readonly file: string;
	readonly bucket: string | undefined;
	/** Without a slash at the end. */
	readonly prefix: string | undefined;
	/** With its scheme. */
	readonly endpoint: string | undefined;
	readonly region: string | undefined;
};

/** Reads the place that only one answer fits; `undefined` without a litestream.yml of one database that phxfly can read. */
export function readOwnPlace({litestreamPath, files, flyToml}: ProjectFacts): OwnPlace | undefined {
	const source = litestreamPath && files.get(litestreamPath);
	if (!litestreamPath || source === undefined) return undefined;
	const [database, second] = readDatabases(litestreamPath, source);
	if (!database || second) return undefined;
	const known = new Map(
		Object.entries(flyToml?.config.env ?? {}).map(([name, value]) => [name, String(value)]),
	);
	const read = (setting: Setting | undefined): string | undefined => {
		if (!setting) return undefined;
		const {parts} = resolveSetting(setting, known);
		return parts.every(({is}) => is === 'literal') ? writeParts(parts) || undefined : undefined;
	};
	const url = database.url && splitUrl(database.url);
	const endpoint = read(database.endpoint);
	return {
		file: litestreamPath,
		bucket: read(url ? url.bucket : database.bucket),
		prefix: read(url ? url.path : database.prefix)?.replace(/\/+$/, ''),
		endpoint: endpoint && writeEndpoint(endpoint),
		region: read(database.region) ?? (endpoint ? readHost(endpoint)?.region : undefined),
	};
}

function readDatabases(file: string, source: string) {
	try {
		return readLitestreamConfig(file, source).databases;
	} catch (error) {
		// The plan rejects it with the line.
		if (error instanceof Failure) return [];
		throw error;
	}
}
