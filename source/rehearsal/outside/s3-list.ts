import type {World} from '../world/world.ts';
import type {Answer} from './answer.ts';
import {answerXml, escapeXml} from './s3-refusal.ts';

/** ListObjectsV2: by prefix, in the order of the keys' bytes, at most `max-keys`, continued after the last key. */
export function listObjects(world: World, bucket: string, query: URLSearchParams): Answer {
	const prefix = query.get('prefix') ?? '';
	const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
	const limit = Math.min(1000, Number(query.get('max-keys') ?? 1000));
	const found = [...world.objects, ...inventOld(bucket, prefix)]
		.filter(
			entry => entry.bucket === bucket && entry.key.startsWith(prefix) && (after === '' || entry.key > after),
		)
		.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
	const shown = found.slice(0, limit);
	const isTruncated = shown.length < found.length;
	const next = isTruncated
		? `<NextContinuationToken>${escapeXml(shown.at(-1)?.key ?? '')}</NextContinuationToken>`
		: '';
	const about = `<Name>${escapeXml(bucket)}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${shown.length}</KeyCount><MaxKeys>${limit}</MaxKeys>`;
	return answerXml(
		200,
		`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${about}<IsTruncated>${isTruncated}</IsTruncated>${next}${shown.map(toContents).join('')}</ListBucketResult>`,
	);
}

const oldKeys: Readonly<Record<string, string>> = {
	'used-replica': '0000/0000000000000001-0000000000000007.ltx',
	'used-old-replica': 'generations/18aa558cef3958f7/snapshots/00000000.snapshot.lz4',
	'used-objects': 'uploads/cat.jpg',
};

/** What these buckets hold from before, below every prefix but those that begin with `free`. */
function inventOld(bucket: string, prefix: string): World['objects'] {
	const key = oldKeys[bucket];
	if (key === undefined || prefix.startsWith('free')) return [];
	return [{bucket, key: prefix + key, size: 0, etag: '', lastModified: 0, body: ''}];
}

function toContents({key, lastModified, etag, size}: World['objects'][number]): string {
	const time = new Date(lastModified).toISOString();
	return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${time}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Contents>`;
}
