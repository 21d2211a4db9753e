import type {Machine, World} from '../world/world.ts';

export type Remote = {readonly world: World; readonly nowMs: number; readonly machine: Machine};

export type RemoteResult = {
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
	/** How long it took, in simulated milliseconds. */
	readonly ms: number;
};

export function succeed(stdout: string, ms = 50): RemoteResult {
	return {exitCode: 0, stdout, stderr: '', ms};
}

export function fail(exitCode: number, stderr: string, ms = 50): RemoteResult {
	return {exitCode, stdout: '', stderr, ms};
}
