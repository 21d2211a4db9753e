import {readTags} from './tags.ts';
import {type Asked, escapeXml, type Reply, replyXml} from './wire.ts';

export type StoredObject = {
	body: Buffer;
	etag: string;
	modifiedMs: number;
	metadata?: Readonly<Record<string, string>>;
};

/** Answers ListObjects, versions 1 and 2, with delimiter and continuation. */
export function listObjects(objects: ReadonlyMap<string, StoredObject>, {bucket, query}: Asked): Reply {
	const prefix = query.get('prefix') ?? '';
	const delimiter = query.get('delimiter') ?? '';
	const after = query.get('continuation-token') ?? query.get('start-after') ?? query.get('marker') ?? '';
	const limit = Math.min(1000, Number(query.get('max-keys') ?? 1000));
	const groups = group([...objects.keys()].filter(key => key.startsWith(prefix)).sort(), prefix, delimiter);
	const rest = groups.filter(({name}) => after === '' || name > after);
	const shown = rest.slice(0, limit);
	const isTruncated = shown.length < rest.length;
	const last = escapeXml(shown.at(-1)?.name ?? '');
	const items = shown.map(({name, isFolder}) =>
		isFolder ? writeFolder(name) : writeObject(name, objects.get(name)),
	);
	const isV2 = query.get('list-type') === '2';
	const next = isTruncated
		? isV2
			? `<NextContinuationToken>${last}</NextContinuationToken>`
			: `<NextMarker>${last}</NextMarker>`
		: '';
	const about = `<Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix><MaxKeys>${limit}</MaxKeys><KeyCount>${shown.length}</KeyCount>`;
	return replyXml(
		`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${about}<IsTruncated>${isTruncated}</IsTruncated>${next}${items.join('')}</ListBucketResult>`,
	);
}

function group(
	keys: readonly string[],
	prefix: string,
	delimiter: string,
): {name: string; isFolder: boolean}[] {
	const names = new Map<string, boolean>();
	for (const key of keys) {
		const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
		names.set(end < 0 ? key : key.slice(0, end + delimiter.length), end >= 0);
	}
	return [...names].map(([name, isFolder]) => ({name, isFolder}));
}

function writeFolder(name: string): string {
	return `<CommonPrefixes><Prefix>${escapeXml(name)}</Prefix></CommonPrefixes>`;
}

function writeObject(name: string, object: StoredObject | undefined): string {
	const {body, etag, modifiedMs} = object ?? {body: Buffer.alloc(0), etag: '', modifiedMs: 0};
	const time = new Date(modifiedMs).toISOString();
	return `<Contents><Key>${escapeXml(name)}</Key><LastModified>${time}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}

/** Answers DeleteObjects: many keys in one request. */
export function deleteMany(objects: Map<string, StoredObject>, body: Buffer): Reply {
	const keys = readTags(body.toString(), 'Key');
	for (const key of keys) objects.delete(key);
	const deleted = keys.map(key => `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`);
	return replyXml(
		`<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${deleted.join('')}</DeleteResult>`,
	);
}
