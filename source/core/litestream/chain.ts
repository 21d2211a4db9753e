/** What a restore of Litestream 0.3 went through: the WALs of one generation, from the snapshot on. */
export type RestoredChain = {
	readonly generation: string;
	readonly fromIndex: number;
	readonly toIndex: number;
};

/** Reads the log that `litestream restore` of 0.3 prints; `undefined` if it does not say. */
export function readRestoredChain(log: string): RestoredChain | undefined {
	const [, generation, from] =
		/msg="restoring snapshot".*? generation=([\da-f]{16}) index=(\d+)/.exec(log) ?? [];
	const [, to = from] = /msg="restoring wal files".*? index_max=(\d+)/.exec(log) ?? [];
	if (generation === undefined || from === undefined) return undefined;
	return {generation, fromIndex: Number(from), toIndex: Number(to)};
}

/** A piece of a WAL in the bucket, of Litestream 0.3. */
export type Segment = {
	readonly generation: string;
	readonly index: number;
	/** Where it begins in the WAL, in bytes before compression. */
	readonly offset: number;
	/** When the storage got it. */
	readonly atMs: number;
};

/** Reads what `litestream wal` of 0.3 lists, in the order of the WAL. */
export const readSegments = (stdout: string): readonly Segment[] =>
	[...stdout.matchAll(/^\S+\s+([\da-f]{16})\s+(\d+)\s+(\d+)\s+\d+\s+(\S+)\s*$/gm)]
		.map(([, generation = '', index, offset, created = '']) => ({
			generation,
			index: Number(index),
			offset: Number(offset),
			atMs: Date.parse(created),
		}))
		.sort((a, b) => a.index - b.index || a.offset - b.offset);

export function nameSegment({generation, index, offset}: Segment): string {
	const [file, at] = [index, offset].map(number => number.toString(16).padStart(8, '0'));
	return `generations/${generation}/wal/${file}_${at}.wal.lz4`;
}

/** How long another generation may still grow after the next one began: times are whole seconds. */
const overlapMs = 2000;

/**
Finds a generation that grew beside this one. One program that replicates ends a generation before it begins the next.

@param segments - Of all generations.
*/
export function findSecondGeneration(segments: readonly Segment[], generation: string): string | undefined {
	const startMs = Math.min(...segments.filter(each => each.generation === generation).map(({atMs}) => atMs));
	return segments.find(each => each.generation !== generation && each.atMs > startMs + overlapMs)?.generation;
}

/**
Measures how many bytes an LZ4 stream holds, without unpacking it.

@returns `undefined` for anything else, or a stream that ends early.
@see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
*/
export function measureLz4(bytes: Buffer): number | undefined {
	let [at, length] = [0, 0];
	while (at < bytes.length) {
		if (at + 7 > bytes.length || bytes.readUInt32LE(at) !== 0x18_4d_22_04) return undefined;
		const flags = bytes.readUInt8(at + 4);
		const hasBlockSums = (flags & 0x10) !== 0;
		at += 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
		for (;;) {
			if (at + 4 > bytes.length) return undefined;
			const word = bytes.readUInt32LE(at);
			at += 4;
			if (word === 0) break;
			const size = word & 0x7f_ff_ff_ff;
			if (at + size > bytes.length) return undefined;
			const held = word >>> 31 === 1 ? size : measureBlock(bytes.subarray(at, at + size));
			if (held === undefined) return undefined;
			length += held;
			at += size + (hasBlockSums ? 4 : 0);
		}

		at += (flags & 0x04) === 0 ? 0 : 4;
	}

	return at === bytes.length ? length : undefined;
}

/** Adds up the sequences of a block: literals, then a match that copies what came before. */
function measureBlock(block: Buffer): number | undefined {
	let [at, length] = [0, 0];
	const readLength = (nibble: number): number => {
		let total = nibble;
		for (let next = nibble === 15 ? 255 : 0; next === 255; ) {
			next = block[at++] ?? 0;
			total += next;
		}

		return total;
	};
	while (at < block.length) {
		const token = block[at++] ?? 0;
		const literals = readLength(token >>> 4);
		at += literals;
		length += literals;
		if (at >= block.length) return at === block.length ? length : undefined;
		at += 2;
		length += readLength(token & 15) + 4;
	}

	return undefined;
}

/** Where an object of Litestream 0.5 says from which WAL it is, which has other salts after each reset. */
const [saltsStart, saltsEnd, headerBytes] = [64, 72, 100];

/** @see https://github.com/superfly/ltx */
export const readWalSalts = (bytes: Buffer): string | undefined =>
	bytes.length >= headerBytes && bytes.toString('latin1', 0, 3) === 'LTX'
		? bytes.toString('hex', saltsStart, saltsEnd)
		: undefined;

/** Whether a WAL continues after another one began, which takes two programs that write. Pure. @param salts - In the order of the transactions. */
export const hasTwoWriters = (salts: readonly string[]): boolean =>
	salts.some((salt, at) => salt !== salts[at - 1] && salts.indexOf(salt) < at);
