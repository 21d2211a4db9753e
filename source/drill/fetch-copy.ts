import {createHash} from 'node:crypto';
import {Failure} from '../core/errors/failure.ts';
import {showBytes} from '../core/litestream/machine.ts';
import {unpack} from '../core/restore/unpack.ts';
import type {RestoreTarget} from './drill.ts';

/** Packed; more would take minutes, a call of a second for each part. */
const mostBytes = 16 * 1024 * 1024;

/** Small enough for the answer of one call. */
const partBytes = 256 * 1024;

/**
Brings the restored file from the machine here, packed and in parts, since only commands reach a machine.

@param onPart - Called with the packed bytes that are here and all there are.
@throws {Failure} `copy-too-large` (exit 9), `copy-broken` (exit 1).
*/
export async function fetchCopy(
	{shell, scratch}: RestoreTarget,
	onPart: (bytes: number, of: number) => void,
): Promise<Uint8Array> {
	const script = `gzip -c ${scratch} > ${scratch}.gz && stat -c %s ${scratch}.gz && sha256sum ${scratch}`;
	const packed = await shell.run(['sh', '-c', script], 55);
	const [, digits, sum] = /^(\d+)\s+([\da-f]{64})\s/.exec(packed.stdout) ?? [];
	if (packed.exit_code !== 0 || !digits || !sum) {
		throw broken(`the machine could not pack it: ${packed.stderr.trim() || packed.stdout.trim()}`);
	}

	const size = Number(digits);
	if (size > mostBytes) {
		throw new Failure(
			'copy-too-large',
			`The copy has ${showBytes(size)} packed; phxfly brings at most ${showBytes(mostBytes)} from a machine.`,
			{
				hint: 'Restore it on this computer: install litestream, and set LITESTREAM_ACCESS_KEY_ID and LITESTREAM_SECRET_ACCESS_KEY.',
			},
		);
	}

	const parts: Buffer[] = [];
	for (let at = 0; at * partBytes < size; at++) {
		const command = `dd if=${scratch}.gz bs=${partBytes} skip=${at} count=1 2>/dev/null | base64`;
		const {exit_code: exit, stdout, stderr} = await shell.run(['sh', '-c', command]);
		const part = Buffer.from(stdout, 'base64');
		const expected = Math.min(partBytes, size - at * partBytes);
		if (exit !== 0 || part.length !== expected) {
			throw broken(`part ${at + 1} has ${part.length} bytes instead of ${expected}. ${stderr.trim()}`);
		}

		parts.push(part);
		onPart(at * partBytes + part.length, size);
	}

	const bytes = unpack(Buffer.concat(parts));
	if (bytes && createHash('sha256').update(bytes).digest('hex') === sum) return bytes;
	throw broken('its checksum differs from the one on the machine');
}

const broken = (why: string): Failure =>
	new Failure('copy-broken', `The copy did not arrive whole, so nothing was written: ${why}.`, {
		hint: 'Run it again, or restore on this computer: install litestream and set the keys in the environment.',
	});
