import {execaSync} from 'execa';
import {type CallOfChild, isThere, type Processes} from './processes.ts';

/** Makes `ps` print environments: `-E` on macOS, `e` on Linux. */
type ShowEnvironment = '-E' | 'e';

/**
Reads processes with `ps`, on systems without /proc, such as macOS. It shows fewer environments than /proc.

@param ask - Returns what `ps` prints, nothing if it fails.
*/
export function openPs(showEnvironment: ShowEnvironment, ask = runPs): Processes {
	const listAll = (...options: readonly string[]) =>
		parseList(ask([...options, '-A', '-ww', ...columns.flatMap(name => ['-o', `${name}=`])]));
	const hasInEnvironment: Processes['hasInEnvironment'] = (pid, text) => {
		const plain = ask(['-ww', '-o', 'command=', '-p', String(pid)]);
		const shown = ask([showEnvironment, '-ww', '-o', 'command=', '-p', String(pid)]);
		// macOS hides the environment of its own programs, and an empty one looks the same.
		return shown.trimEnd() === plain.trimEnd() ? undefined : shown.includes(text);
	};
	return {
		isAlive: pid => isThere(pid) && !/^\s*Z/.test(ask(['-o', 'stat=', '-p', String(pid)])),
		startTimeOf: pid => ask(['-o', 'lstart=', '-p', String(pid)]).trim() || undefined,
		hasInEnvironment,
		findChild(call) {
			const marked = listAll(showEnvironment).find(
				({pid, groupId, command}) => pid === groupId && command.includes(call.marker),
			);
			if (marked) return marked.pid;
			const orphans = listAll().filter(
				row => isOrphanOf(row, call) && hasInEnvironment(row.pid, call.marker) !== false,
			);
			return orphans.length === 1 ? orphans[0]?.pid : undefined;
		},
	};
}

/** The command comes last, since it can contain anything. */
const columns = ['pid', 'ppid', 'pgid', 'lstart', 'command'] as const;

type Row = {
	readonly pid: number;
	readonly parentId: number;
	readonly groupId: number;
	/** Milliseconds since 1970, to the second. */
	readonly startedAtMs: number;
	/** All words, and after them the environment where it was asked for. */
	readonly command: string;
};

/** Runs `ps` so that dates look the same in every language and time zone. Returns nothing for a process that is gone. */
function runPs(options: readonly string[]): string {
	const {stdout, exitCode} = execaSync('ps', [...options], {
		env: {LC_ALL: 'C', TZ: 'UTC'},
		reject: false,
		maxBuffer: 64 * 1024 * 1024,
	});
	return exitCode === 0 ? stdout : '';
}

/** Reads a list without headings. Skips a line that is not a row, since a command can contain line breaks. */
function parseList(text: string): readonly Row[] {
	return text.split('\n').flatMap(line => {
		const [, pid, parent, group, start = '', command = ''] =
			/^\s*(\d+)\s+(\d+)\s+(\d+)\s+([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\s+(.*)$/.exec(
				line,
			) ?? [];
		if (pid === undefined) return [];
		const ids = {pid: Number(pid), parentId: Number(parent), groupId: Number(group)};
		return [{...ids, startedAtMs: Date.parse(`${start} UTC`), command: command.trimEnd()}];
	});
}

/** Between the moment when the journal has a call and the start of its child. Milliseconds. */
const longestStartMs = 60_000;

/** `ps` shows whole seconds, and not all systems round them the same way. Milliseconds. */
const roundingMs = 2000;

/** Tells whether a process without a marker can only be the child of the call: its words, its time, and no parent. */
function isOrphanOf(row: Row, {command, startedAtMs}: CallOfChild): boolean {
	const afterMs = row.startedAtMs - startedAtMs;
	return (
		row.pid === row.groupId &&
		row.parentId === 1 &&
		row.command === command.join(' ') &&
		afterMs >= -roundingMs &&
		afterMs <= longestStartMs
	);
}
