import type {StoreTarget} from '../readers.ts';

export type PrefixContent = 'nothing' | 'litestream-0.3' | 'litestream-0.5' | 'other-objects';

/** The start of the names of our own probe's objects. */
export const probeName = '.phxfly-probe-';

/** Tells what a prefix contains, from its keys without the prefix. Ignores objects of our own probe. */
export function readPrefixContent(keys: readonly string[]): PrefixContent {
	const others = keys.filter(key => !key.startsWith(probeName));
	if (others.some(key => key.startsWith('generations/'))) return 'litestream-0.3';
	if (others.some(key => /^(?:ltx\/)?[\da-f]{1,4}\/[\da-f]{16}-[\da-f]{16}\.ltx$/.test(key))) {
		return 'litestream-0.5';
	}

	return others.length > 0 ? 'other-objects' : 'nothing';
}

const words: Readonly<Record<PrefixContent, string>> = {
	nothing: 'nothing',
	'litestream-0.3': 'a replica of Litestream 0.3',
	'litestream-0.5': 'a replica of Litestream 0.5',
	'other-objects': 'objects that are not a replica',
};

export const sayPrefixContent = (content: PrefixContent): string => words[content];

/** Writes a location in one storage, to compare it with another. */
export const showLocation = ({
	endpoint,
	bucket,
	prefix,
}: Pick<StoreTarget, 'endpoint' | 'bucket' | 'prefix'>) =>
	[endpoint, bucket, prefix].filter(Boolean).join('/');
