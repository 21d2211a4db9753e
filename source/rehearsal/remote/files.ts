import {asTable} from '../config/config.ts';
import {isReplicating} from '../world/log.ts';
import {isLitestream03, nameGeneration} from './objects.ts';
import {fail, type Remote, type RemoteResult, readDatabase, succeed} from './result.ts';

/** The size of the rehearsal's small database. */
export const databaseBytes = 57_344;
const walBytes = 8_272;

/** `stat -c %s PATH…` of the database, its WAL, and files left by commands. */
export function showSize(remote: Remote, words: readonly string[]): RemoteResult {
	const [option, format, ...paths] = words;
	if (option !== '-c' || format !== '%s' || paths.length === 0) return fail(1, 'stat: missing operand\n');
	const database = readDatabase(remote);
	const known: Readonly<Record<string, number>> = {
		...remote.machine.files,
		[database]: databaseBytes,
		[`${database}-wal`]: walBytes,
	};
	const missing = paths.filter(path => known[path] === undefined);
	return {
		exitCode: missing.length > 0 ? 1 : 0,
		stdout: paths
			.flatMap(path => known[path] ?? [])
			.map(bytes => `${bytes}\n`)
			.join(''),
		stderr: missing.map(path => `stat: cannot statx '${path}': No such file or directory\n`).join(''),
		ms: 50,
	};
}

/** `df -Pk PATH` of the volume or of the machine's own disk. */
export function showFree(remote: Remote, words: readonly string[]): RemoteResult {
	const [option = '', path = ''] = words;
	if (option !== '-Pk') return fail(1, `df: invalid option -- '${option}'\n`);
	const head = 'Filesystem     1024-blocks    Used Available Capacity Mounted on\n';
	const mount = findMount(remote);
	if (!mount || !isBelow(path, mount))
		return succeed(`${head}overlay            8106116 1219336   6454412      16% /\n`);
	const volume = remote.world.volumes.find(
		({attached_machine_id}) => attached_machine_id === remote.machine.id,
	);
	const total = Math.round((volume?.size_gb ?? 1) * 1_014_000);
	const bytes = Object.entries(remote.machine.files ?? {})
		.filter(([name]) => isBelow(name, mount))
		.reduce((sum, [, size]) => sum + size, databaseBytes + walBytes);
	const used = Math.min(total, Math.ceil(bytes / 1024));
	const free = total - used;
	return succeed(`${head}/dev/vdc ${total} ${used} ${free} ${Math.ceil((used / total) * 100)}% ${mount}\n`);
}

/** `find FOLDER -type f` on the volume. */
export function listFiles(remote: Remote, words: readonly string[]): RemoteResult {
	const [folder = '', ...options] = words;
	const mount = findMount(remote);
	if (options.join(' ') !== '-type f') return fail(1, `find: unknown predicate \`${options[0] ?? ''}'\n`);
	if (!mount || !isBelow(folder, mount)) return fail(1, `find: '${folder}': No such file or directory\n`);
	const database = readDatabase(remote);
	const own = isReplicating(remote.machine) ? [database, `${database}-shm`, `${database}-wal`] : [database];
	const all = [...own, ...Object.keys(remote.machine.files ?? {})].filter(path => isBelow(path, folder));
	return succeed(all.map(path => `${path}\n`).join(''));
}

const isBelow = (path: string, folder: string) =>
	path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);

function findMount({machine}: Remote): string | undefined {
	const {mounts} = machine.config;
	const [mount] = Array.isArray(mounts) ? mounts.map(asTable) : [];
	return mount && String(mount.path);
}

/** `cat PATH`; only the memory file has content. */
export function showFile({machine}: Remote, path: string): RemoteResult {
	if (isLitestream03(machine) && isReplicating(machine)) {
		const file = readDatabase({machine}).replace(/([^/]*)$/, '.$1-litestream/generation');
		if (path === file) return succeed(`${nameGeneration(machine)}\n`);
	}

	if (path !== '/proc/meminfo') return fail(1, `cat: ${path}: No such file or directory\n`);
	const kilobytes = Number(asTable(machine.config.guest).memory_mb ?? 1024) * 1024;
	return succeed(
		`MemTotal:       ${Math.round(kilobytes * 0.95)} kB\nMemFree:        ${Math.round(kilobytes * 0.3)} kB\nMemAvailable:   ${Math.round(kilobytes * 0.55)} kB\n`,
	);
}

/** `rm -f PATH…`; a rehearsal never deletes files the app needs. */
export function removeFiles({machine}: Remote, words: readonly string[]): RemoteResult {
	if (words[0] !== '-f') return fail(1, 'rm: missing operand\n');
	const isNamed = (path: string) =>
		words.some(word => (word.endsWith('*') ? path.startsWith(word.slice(0, -1)) : word === path));
	const left = Object.entries(machine.files ?? {}).filter(([path]) => !isNamed(path));
	if (left.length > 0) machine.files = Object.fromEntries(left);
	else delete machine.files;
	return succeed('');
}
