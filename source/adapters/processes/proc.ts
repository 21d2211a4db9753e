import {readdirSync, readFileSync} from 'node:fs';
import {isThere, type Processes} from './processes.ts';

const hasInEnvironment: Processes['hasInEnvironment'] = (pid, text) => {
	try {
		return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
	} catch {
		return undefined;
	}
};

/** Reads processes from /proc, on Linux. */
export const proc: Processes = {
	isAlive: pid => isThere(pid) && readStat(pid)?.[0] !== 'Z',
	startTimeOf: pid => readStat(pid)?.[19],
	hasInEnvironment,
	findChild: ({marker}) =>
		readdirSync('/proc')
			.filter(name => /^\d+$/.test(name))
			.map(Number)
			.find(pid => hasInEnvironment(pid, marker) === true),
};

/** Returns the fields after the program's name, which is in parentheses and may contain spaces; the first is the state. */
function readStat(pid: number): readonly string[] | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	} catch {
		return undefined;
	}
}
