import {readHost} from './host.ts';
import {
	defaultSocket,
	markVariables,
	readSetting,
	rejectConfig,
	type Setting,
	splitUrl,
	writeSetting,
} from './setting.ts';
import {readYaml, type YamlNode} from './yaml.ts';

/** One database of a litestream.yml and its only replica. */
export type LitestreamDatabase = {
	readonly path: Setting | undefined;
	/** The line where the replica begins. */
	readonly line: number;
	readonly type: Setting | undefined;
	readonly url: Setting | undefined;
	readonly bucket: Setting | undefined;
	/** Of the replica. */
	readonly prefix: Setting | undefined;
	readonly endpoint: Setting | undefined;
	readonly region: Setting | undefined;
	readonly accessKeyId: Setting | undefined;
	readonly secretAccessKey: Setting | undefined;
};

export type LitestreamConfig = {
	/** The path of the file, from the project's folder. */
	readonly file: string;
	readonly databases: readonly LitestreamDatabase[];
	/** The path of the control socket, when it is enabled; only Litestream 0.5 has one. */
	readonly socket: string | undefined;
	/** What Litestream pings while its syncs succeed; 0.3 ignores it. @see https://github.com/benbjohnson/litestream/pull/926 */
	readonly heartbeatUrl: Setting | undefined;
	/** How often Litestream 0.5 takes a snapshot, and how long it keeps one, as written: `24h`. 0.3 ignores both. */
	readonly snapshot: {readonly interval: string | undefined; readonly retention: string | undefined};
};

/**
Reads a litestream.yml as both 0.3 and 0.5 understand it.

@param file - Its path, for messages.
@throws {Failure} Exit 2 with the line, for what is unreadable or what one of the two rejects.
@see https://litestream.io/reference/config/
*/
export function readLitestreamConfig(file: string, source: string): LitestreamConfig {
	const reading = readYaml(markVariables(source));
	if (!reading.ok)
		throw rejectConfig(file, reading.line, `${reading.problem}.`, 'Write the line another way');
	const root = asMap(reading.node);
	const databases = asList(root?.get('dbs')).map(node => readDatabase(file, root, node));
	if (databases.length === 0) {
		throw rejectConfig(file, 1, 'there is no database under dbs.', 'Add the database and its replica');
	}

	const socket = asMap(root?.get('socket'));
	const isEnabled = readText(socket, 'enabled')?.text === 'true';
	const snapshot = asMap(root?.get('snapshot'));
	return {
		file,
		databases,
		socket: isEnabled ? (readText(socket, 'path')?.text ?? defaultSocket) : undefined,
		heartbeatUrl: readText(root, 'heartbeat-url'),
		snapshot: {
			interval: readText(snapshot, 'interval')?.text,
			retention: readText(snapshot, 'retention')?.text,
		},
	};
}

type Entries = ReadonlyMap<string, YamlNode>;

function readDatabase(file: string, root: Entries | undefined, node: YamlNode): LitestreamDatabase {
	const database = asMap(node);
	const several = asList(database?.get('replicas'));
	const single = database?.get('replica');
	const second = several[1] ?? (several[0] ? single : undefined);
	if (second) {
		const problem = 'a database can have only one replica; Litestream 0.5 does not start with more.';
		throw rejectConfig(file, second.line, problem, 'Keep one replica');
	}

	const replica = several[0] ?? single;
	const entries = asMap(replica);
	if (!replica || !entries) {
		throw rejectConfig(file, node.line, 'this database has no replica.', 'Add one under replicas');
	}

	// A setting at the top of the file applies to every replica without that setting.
	const read = (name: string) => readText(entries, name) ?? readText(root, name);
	const url = readText(entries, 'url');
	const hosted = url && readHostedUrl(url);
	return {
		path: readText(database, 'path'),
		line: replica.line,
		type: readText(entries, 'type'),
		url: hosted ? undefined : url,
		bucket: hosted?.bucket ?? readText(entries, 'bucket'),
		prefix: hosted?.path ?? readText(entries, 'path'),
		endpoint: read('endpoint') ?? hosted?.endpoint,
		region: read('region') ?? hosted?.region,
		accessKeyId: read('access-key-id'),
		secretAccessKey: read('secret-access-key'),
	};
}

/** Reads a url whose host names bucket, service and region at once. */
function readHostedUrl(url: Setting) {
	const parts = splitUrl(url);
	const [name, ...more] = parts?.bucket.parts ?? [];
	const host = name?.is === 'literal' && more.length === 0 ? readHost(name.text) : undefined;
	if (!parts || !host?.bucket) return undefined;
	return {
		bucket: writeSetting(url, host.bucket),
		path: parts.path,
		endpoint: writeSetting(url, host.endpoint),
		region: host.region ? writeSetting(url, host.region) : undefined,
	};
}

/** Reads a setting; an empty one does not count. */
function readText(entries: Entries | undefined, name: string): Setting | undefined {
	const node = entries?.get(name);
	return node?.is === 'text' && node.text !== '' ? readSetting(node.line, node.text) : undefined;
}

const asMap = (node: YamlNode | undefined): Entries | undefined =>
	node?.is === 'map' ? node.entries : undefined;

const asList = (node: YamlNode | undefined): readonly YamlNode[] => (node?.is === 'list' ? node.items : []);
