import {asTable} from '../app-config/read-value.ts';
import {readDatabase} from './read-database.ts';
import type {Remote, RemoteResult} from './remote-result.ts';
import {fail, succeed} from './remote-result.ts';

/** Of the rehearsal's database: nobody writes much into it. */
export const databaseBytes = 57_344;
const walBytes = 8_272;

/** `stat -c %s PATH…` of the database, its WAL and what commands left. */
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

/** `df -Pk PATH` of a machine's own disk. */
export function showFree(words: readonly string[]): RemoteResult {
	if (words[0] !== '-Pk') return fail(1, `df: invalid option -- '${words[0] ?? ''}'\n`);
	return succeed(
		'Filesystem     1024-blocks    Used Available Capacity Mounted on\noverlay            8106116 1219336   6454412      16% /\n',
	);
}

/** `cat PATH`; of all files only the memory's has a text. */
export function showFile({machine}: Remote, path: string): RemoteResult {
	if (path !== '/proc/meminfo') return fail(1, `cat: ${path}: No such file or directory\n`);
	const kilobytes = Number(asTable(machine.config.guest).memory_mb ?? 1024) * 1024;
	return succeed(
		`MemTotal:       ${Math.round(kilobytes * 0.95)} kB\nMemFree:        ${Math.round(kilobytes * 0.3)} kB\nMemAvailable:   ${Math.round(kilobytes * 0.55)} kB\n`,
	);
}

/** `rm -f PATH…`; nothing that the app needs is ever removed in a rehearsal. */
export function removeFiles({machine}: Remote, words: readonly string[]): RemoteResult {
	if (words[0] !== '-f') return fail(1, 'rm: missing operand\n');
	const left = Object.entries(machine.files ?? {}).filter(([path]) => !words.includes(path));
	if (left.length > 0) machine.files = Object.fromEntries(left);
	else delete machine.files;
	return succeed('');
}
