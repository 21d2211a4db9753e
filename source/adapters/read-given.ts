import {readFile} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import {Failure} from '../core/errors/failure.ts';

/**
Reads a file somebody named, or standard input for `-`. A byte order mark goes away.

@param path - Absolute, or `-`.
@throws {Failure} `file-not-readable` (exit 2).
*/
export async function readGiven(path: string, stdin: Readable): Promise<string> {
	const text = path === '-' ? await readAll(stdin) : await readNamed(path);
	return text.replace(/^\uFEFF/, '');
}

async function readAll(stream: Readable): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
	return Buffer.concat(chunks).toString('utf8');
}

async function readNamed(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		throw new Failure('file-not-readable', 'usage', `${path} cannot be read.`, {
			hint: 'Check the path.',
			cause: error,
		});
	}
}
