import type {ExecResult} from '../core/fly/output.ts';
import {runProcess} from './process.ts';

/**
Runs a program of this computer to its end, with nothing but the given environment.

@returns 127 when it is not installed, 124 when the time was over.
*/
export async function runProgram(
	[command = '', ...args]: readonly string[],
	options: {
		readonly environment: Readonly<Record<string, string>>;
		readonly input: string;
		readonly timeoutMs: number;
	},
): Promise<ExecResult> {
	try {
		const limits = {graceMs: 2000, keepBytes: 8 * 1024 * 1024};
		const {exit, endedBy, stdout, stderr} = await runProcess({
			command,
			args,
			cwd: '/',
			...limits,
			...options,
		});
		return {exit_code: endedBy === 'itself' ? (exit ?? 1) : 124, stdout, stderr};
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		return {exit_code: 127, stdout: '', stderr: error.message};
	}
}
