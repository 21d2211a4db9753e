import {createHash} from 'node:crypto';
import {chmod, lstat, mkdir, readdir, readFile, stat, symlink, truncate, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {openProjectFiles, type ProjectFiles} from '../adapters/project-files.ts';
import {filesAtOnce, listProjectFiles} from '../adapters/project-texts.ts';
import {Failure} from '../core/errors/failure.ts';

/** Files and folders to write, by path. */
export type ProjectCopy = ReadonlyMap<string, CopiedEntry>;

type CopiedEntry =
	| {readonly is: 'file'; readonly bytes: Uint8Array; readonly mode: number}
	| {readonly is: 'folder'}
	/** Too large to be read: the copy is as large, and empty. */
	| {readonly is: 'large'; readonly size: number}
	| {readonly is: 'unreadable'}
	/** A link that leads out of the project: the copy leads to itself, and is refused in the same way. */
	| {readonly is: 'leading out'};

/**
Reads what a copy of a project needs to look like the project: every file that a fact is read from, and the names of
what is in its upper folders, which a Dockerfile may copy.

@param flyTomlPath - The configuration to use.
*/
export async function readProjectCopy(project: string, flyTomlPath?: string): Promise<ProjectCopy> {
	const files = openProjectFiles(project);
	const paths = await listProjectFiles(project, files, flyTomlPath);
	const copy = new Map<string, CopiedEntry>();
	for (let at = 0; at < paths.length; at += filesAtOnce) {
		const part = paths.slice(at, at + filesAtOnce);
		const entries = await Promise.all(part.map(path => readEntry(project, files, path)));
		for (const [index, entry] of entries.entries()) if (entry) copy.set(part[index] ?? '', entry);
	}

	for (const [path, entry] of await listUpperEntries(project)) if (!copy.has(path)) copy.set(path, entry);
	return copy;
}

/** Writes the copy into a new folder. No link in it leads out. */
export async function writeProjectCopy(root: string, copy: ProjectCopy): Promise<void> {
	await mkdir(root, {recursive: true, mode: 0o700});
	for (const [path, entry] of copy) {
		const place = join(root, path);
		await mkdir(entry.is === 'folder' ? place : dirname(place), {recursive: true, mode: 0o700});
		switch (entry.is) {
			case 'file':
				await writeFile(place, entry.bytes, {mode: entry.mode});
				break;
			case 'large':
				await writeFile(place, '');
				await truncate(place, entry.size);
				break;
			case 'unreadable':
				await writeFile(place, '');
				await chmod(place, 0);
				break;
			case 'leading out':
				await symlink(basename(place), place);
				break;
			case 'folder':
				break;
		}
	}
}

/** Returns the SHA-256 of the copy, in hex: the same for a project that has not changed. */
export function digestProjectCopy(copy: ProjectCopy): string {
	const hash = createHash('sha256');
	for (const path of [...copy.keys()].sort()) {
		const entry = copy.get(path);
		hash.update(`${path}\0`);
		hash.update(entry?.is === 'file' ? entry.bytes : (entry?.is ?? ''));
		hash.update('\0');
	}

	return hash.digest('hex');
}

/** Returns the digest of what the first release copied. */
export const digestEarlierCopy = (copy: ProjectCopy): string =>
	digestProjectCopy(new Map([...copy].filter(([path, {is}]) => is === 'file' && earlierFiles.test(path))));

const earlierFiles = new RegExp(
	`^(?:${[
		...['mix\\.exs', 'mix\\.lock', '\\.tool-versions', '\\.?mise\\.toml', 'fly\\.toml', '[Dd]ockerfile'],
		...['\\.dockerignore', '(?:(?:etc|config|rel)/)?litestream\\.yml', '(?:rel/)?entrypoint\\.sh'],
		...['rel/overlays/bin/server', 'assets/package(?:-lock)?\\.json', 'config/(?:config|prod|runtime)\\.exs'],
		...['apps/[^/]*/mix\\.exs', '(?:apps/[^/]*/)?lib/[^/]*_web/(?:endpoint|router)\\.ex'],
		'(?:apps/[^/]*/)?priv/repo/migrations/[^/]*\\.exs',
	].join('|')})$`,
);

async function readEntry(
	project: string,
	files: ProjectFiles,
	path: string,
): Promise<CopiedEntry | undefined> {
	const place = join(project, path);
	const stats = await lstat(place).catch(() => undefined);
	if (!stats) return undefined;
	const mode = stats.isFile() ? (stats.mode & 0o777) | 0o600 : 0o644;
	try {
		const text = await files.read(path);
		if (text !== undefined) return {is: 'file', bytes: Buffer.from(text), mode};
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		if (error.code === 'outside-project') return {is: 'leading out'};
		if (error.code === 'file-not-readable') return {is: 'unreadable'};
		return {is: 'file', bytes: await readFile(place), mode};
	}

	const target = await stat(place);
	// A pipe or a socket counts like a file that is too large.
	return target.isDirectory() ? {is: 'folder'} : {is: 'large', size: Math.max(target.size, 2 * 1024 * 1024)};
}

/** Names that a folder may have before the rest is left out. */
const mostNames = 2000;

/** Lists what is in the project's folder and in those right below it, as empty files and folders. */
async function listUpperEntries(project: string): Promise<readonly (readonly [string, CopiedEntry])[]> {
	const upper = await listEntries(project, '');
	const lower = await Promise.all(
		upper
			.filter(([path, {is}]) => is === 'folder' && !/^(?:_build|deps|node_modules)$/.test(path))
			.map(([path]) => listEntries(project, path)),
	);
	return [...upper, ...lower.flat()];
}

async function listEntries(
	project: string,
	folder: string,
): Promise<readonly (readonly [string, CopiedEntry])[]> {
	const entries = await readdir(join(project, folder), {withFileTypes: true}).catch(() => []);
	return entries
		.filter(entry => (entry.isFile() || entry.isDirectory()) && entry.name !== '.git')
		.slice(0, mostNames)
		.map(entry => [
			folder === '' ? entry.name : `${folder}/${entry.name}`,
			entry.isDirectory() ? {is: 'folder'} : {is: 'file', bytes: new Uint8Array(), mode: 0o644},
		]);
}
