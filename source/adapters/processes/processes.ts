import {getPriority} from 'node:os';

/** What phxfly asks about the processes of this computer. */
export type Processes = {
	/** A zombie, as in a container without an init, is not alive. */
	isAlive(pid: number): boolean;
	/** Returns when it started, as the system formats it; distinguishes it from a later one with the same pid. */
	startTimeOf(pid: number): string | undefined;
	/** `undefined` where the system does not show the environment. */
	hasInEnvironment(pid: number, text: string): boolean | undefined;
	/** Finds the child of a call of an earlier run, which was killed before it could record the pid. */
	findChild(call: CallOfChild): number | undefined;
};

export type CallOfChild = {
	/** In the child's environment. */
	readonly marker: string;
	/** The program and all its words. */
	readonly command: readonly string[];
	readonly startedAtMs: number;
};

/** Returns whether there is a process with this id, be it a zombie or another user's. */
export function isThere(pid: number): boolean {
	try {
		getPriority(pid);
		return true;
	} catch {
		return false;
	}
}
