import {readXml} from '../../source/core/storage/xml.ts';
import {compare, type Result} from './compare.ts';

const entry = '<Contents><Key>blog/0000/0000000000000001-0000000000000007.ltx</Key><Size>1</Size></Contents>';

/** Half of it is a listing, and half is tags that are never closed. */
const write = (bytes: number): string =>
	`<ListBucketResult>${entry.repeat(bytes / 2 / entry.length)}${'<Key '.repeat(bytes / 10)}`;

/** @returns Milliseconds. */
async function read(text: string, times: number): Promise<number> {
	const startedAtMs = performance.now();
	for (let count = 0; count < times; count++) {
		if (readXml(text) !== undefined) throw new Error('The text was not refused.');
	}

	return performance.now() - startedAtMs;
}

/** Measures whether the time to read a hostile answer of the storage grows with its length only. */
export function measureXml(rounds: number): Promise<Result> {
	const [short, long] = [write(80_000), write(300_000)];
	return compare('300 KB of a hostile storage answer, 80 times', '80 KB of it, 300 times', {
		rounds,
		ours: () => read(long, 80),
		reference: () => read(short, 300),
		unit: 'ms',
		goal: 1.5,
	});
}
