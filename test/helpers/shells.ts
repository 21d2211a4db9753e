import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** A shell that an image may have as its `sh`. */
export type Shell = {
	readonly name: string;
	/** The words that run a script; `undefined` where the shell could not be had, and its tests are skipped. */
	readonly words: readonly string[] | undefined;
	/** Makes a folder of programs to be first on PATH, where the image has others than this computer. */
	linkPrograms(folder: string): void;
};

const cache = fileURLToPath(new URL('../../.cache/busybox/', import.meta.url));

const runs = (program: string, ...args: readonly string[]) =>
	spawnSync(program, [...args], {stdio: 'ignore', timeout: 60_000}).status === 0;

const findOnPath = (name: string): readonly string[] | undefined =>
	runs(name, '-c', 'true') ? [name] : undefined;

/** Finds busybox, the userland of Alpine: on PATH, in the cache, or from Debian's own package. */
function findBusybox(): string | undefined {
	if (runs('busybox', 'true')) return 'busybox';
	const cached = join(cache, 'busybox');
	if (existsSync(cached)) return cached;
	const folder = mkdtempSync(join(tmpdir(), 'busybox-'));
	try {
		const fetched = spawnSync('apt-get', ['download', 'busybox-static'], {
			cwd: folder,
			stdio: 'ignore',
			timeout: 60_000,
		});
		const archive = fetched.status === 0 && readdirSync(folder).find(name => name.endsWith('.deb'));
		if (!archive || !runs('dpkg-deb', '-x', join(folder, archive), folder)) return undefined;
		const found = ['bin/busybox', 'usr/bin/busybox'].map(path => join(folder, path)).find(existsSync);
		if (!found) return undefined;
		mkdirSync(dirname(cached), {recursive: true});
		// Another test file may fetch it at the same time.
		runs('cp', found, `${cached}.${process.pid}`);
		renameSync(`${cached}.${process.pid}`, cached);
		return cached;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

const busybox = findBusybox();

const none = () => undefined;

function linkApplets(folder: string): void {
	const {stdout} = spawnSync(busybox ?? '', ['--list'], {encoding: 'utf8'});
	for (const name of stdout.split('\n').filter(Boolean)) symlinkSync(busybox ?? '', join(folder, name));
}

export const shells: readonly Shell[] = [
	{name: 'dash', words: findOnPath('dash'), linkPrograms: none},
	{name: 'bash', words: findOnPath('bash'), linkPrograms: none},
	{
		name: 'busybox ash',
		words: busybox === undefined ? undefined : [busybox, 'ash'],
		linkPrograms: busybox?.includes('/') ? linkApplets : none,
	},
];
