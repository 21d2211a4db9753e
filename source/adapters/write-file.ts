import {randomBytes} from 'node:crypto';
import {open, readdir, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';

type Attributes = {
	/** Permission bits, set whatever the umask is. */
	readonly mode: number;
	/** Who owned the file before; kept where we may. */
	readonly owner?: {readonly uid: number; readonly gid: number} | undefined;
};

/**
Writes a file so that a kill or a power cut at any moment leaves the old bytes or the new ones, never a part. What an
earlier kill left beside the file is removed first.
*/
export async function writeAtomically(
	file: string,
	bytes: Uint8Array,
	{mode, owner}: Attributes,
): Promise<void> {
	const folder = dirname(file);
	await sweepLeftovers(file);
	const temporary = join(folder, `${toLeftoverStart(file)}${randomBytes(6).toString('hex')}.tmp`);
	try {
		const handle = await open(temporary, 'wx', 0o600);
		try {
			await handle.writeFile(bytes);
			if (owner) await handle.chown(owner.uid, owner.gid).catch(() => {});
			await handle.chmod(mode);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, file);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
	await syncFolder(folder);
}

async function sweepLeftovers(file: string): Promise<void> {
	const names = await readdir(dirname(file));
	const leftovers = names.filter(name => name.startsWith(toLeftoverStart(file)) && name.endsWith('.tmp'));
	await Promise.all(leftovers.map(name => rm(join(dirname(file), name), {force: true})));
}

function toLeftoverStart(file: string): string {
	return `.${basename(file)}.phxfly-`;
}

/** Not every system opens folders; the rename itself is atomic there too. */
async function syncFolder(folder: string): Promise<void> {
	try {
		const handle = await open(folder, 'r');
		await handle.sync().finally(() => handle.close());
	} catch {}
}
