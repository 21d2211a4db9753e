import type {PlanContext} from '../../core/plan/context.ts';
import type {Readers} from '../../core/readers.ts';

const objects =
	/(?:^|\/)(?:\d{4}\/[\da-f]{16}-[\da-f]{16}\.ltx|generations\/[\da-f]{16}\/(?:snapshots|wal)\/\S+\.lz4)$/;

/** What the bucket alone says, where this run was given the keys: objects of Litestream are there. That they can be read back is not proved by it. */
export async function readArrival(
	{provider, answers, bucket, prefix, storageSecrets}: PlanContext,
	{store}: Readers,
): Promise<string | undefined> {
	const find = (name: string | undefined) => storageSecrets.find(entry => entry.name === name)?.secret;
	const accessKeyId = find(provider?.keyNames.accessKeyId);
	const secretAccessKey = find(provider?.keyNames.secretAccessKey);
	if (!provider || !bucket || !accessKeyId || !secretAccessKey) return undefined;
	const target = {...provider.target(answers), bucket, prefix: prefix ?? '', accessKeyId, secretAccessKey};
	const listed = await store.list(target);
	if (listed.is === 'unreachable') return `the bucket cannot be reached from here (${listed.code})`;
	if (listed.is === 'refused') return `the bucket refuses to be listed (${listed.code || listed.status})`;
	const found = listed.keys.filter(key => objects.test(key)).length;
	return found > 0
		? `arriving, not proved: ${found} objects of Litestream are in the bucket`
		: 'the bucket holds nothing of Litestream';
}
