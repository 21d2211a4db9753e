import {expect, test} from 'vitest';
import {
	findSecondGeneration,
	hasTwoWriters,
	measureLz4,
	nameSegment,
	readRestoredChain,
	readSegments,
	readWalSalts,
} from '../../../source/core/litestream/chain.ts';

const log = `time=2026-11-28T11:24:32.660Z level=INFO msg="restoring snapshot" db=/data/app.db replica=s3 generation=8f23084b84554941 index=2 path=/tmp/copy.tmp
time=2026-11-28T11:24:32.708Z level=INFO msg="restoring wal files" db=/data/app.db replica=s3 generation=8f23084b84554941 index_min=2 index_max=11
`;

test('what a restore of 0.3 went through', () => {
	expect(readRestoredChain(log)).toEqual({generation: '8f23084b84554941', fromIndex: 2, toIndex: 11});
	expect(readRestoredChain(log.split('\n')[0] ?? '')).toMatchObject({fromIndex: 2, toIndex: 2});
	expect(readRestoredChain('')).toBeUndefined();
});

test('wal as 0.3 prints it: decimal numbers, of which names are hexadecimal', () => {
	const segments = readSegments(`replica  generation        index  offset  size  created
s3       8f23084b84554941  10     230752  4329  2026-11-28T11:24:30Z
s3       8f23084b84554941  10     0       3813  2026-11-28T11:24:29Z
`);
	expect(segments.map(({offset}) => offset)).toEqual([0, 230_752]);
	expect(segments.map(nameSegment)).toEqual([
		'generations/8f23084b84554941/wal/0000000a_00000000.wal.lz4',
		'generations/8f23084b84554941/wal/0000000a_00038560.wal.lz4',
	]);
});

test('a generation that ended before the next began is not a second writer', () => {
	const at = (generation: string, seconds: number) => ({
		generation,
		index: 0,
		offset: 0,
		atMs: seconds * 1000,
	});
	const segments = [at('old', 1), at('old', 12), at('new', 10), at('new', 20)];
	expect(findSecondGeneration(segments, 'new')).toBeUndefined();
	expect(findSecondGeneration([...segments, at('old', 13)], 'new')).toBe('old');
});

const frame = (flags: number, ...rest: readonly number[]) =>
	Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, 0x40, 0, ...rest]);

test('the length of an LZ4 stream: stored and packed blocks, sums, several frames', () => {
	const end = [0, 0, 0, 0];
	const stored = frame(0x60, 3, 0, 0, 0x80, 1, 2, 3, ...end);
	// Four literals, then eight bytes again from four back, then five literals.
	const packed = frame(0x60, 13, 0, 0, 0, 0x44, 1, 2, 3, 4, 4, 0, 0x50, 1, 2, 3, 4, 5, ...end);
	// 15 + 255 + 3 literals.
	const long = Buffer.concat([frame(0x60, 20, 1, 0, 0, 0xf0, 255, 3), Buffer.alloc(273), Buffer.from(end)]);
	const summed = frame(0x74, 3, 0, 0, 0x80, 1, 2, 3, 9, 9, 9, 9, ...end, 8, 8, 8, 8);
	expect([stored, packed, summed, Buffer.concat([stored, packed])].map(measureLz4)).toEqual([3, 17, 3, 20]);
	long.writeUInt32LE(long.length - 15, 7);
	expect(measureLz4(long)).toBe(273);
	expect(measureLz4(Buffer.alloc(0))).toBe(0);
	for (let cut = 1; cut < packed.length; cut++) expect(measureLz4(packed.subarray(0, cut))).toBeUndefined();
	expect(measureLz4(Buffer.from('not a stream at all'))).toBeUndefined();
});

test('salts of a WAL, and two that take turns', () => {
	const header = Buffer.alloc(100);
	header.write('LTX1');
	header.writeUInt32BE(7, 64);
	header.writeUInt32BE(9, 68);
	expect(readWalSalts(header)).toBe('0000000700000009');
	expect([Buffer.alloc(100), header.subarray(0, 99)].map(readWalSalts)).toEqual([undefined, undefined]);
	expect([[], ['a', 'a', 'b', 'c'], ['a', 'b', 'a'], ['a', 'b', 'c', 'b']].map(hasTwoWriters)).toEqual([
		...[false, false],
		...[true, true],
	]);
});
