import {Failure} from '../errors/failure.ts';
import type {ExecResult} from '../fly/output.ts';
import type {FlyReader} from '../readers.ts';

/** Runs programs on one machine; a program that is not there is exit 127, however it was said. */
export type MachineShell = {
	/** @param seconds - How long it may take. */
	run(words: readonly string[], seconds?: number): Promise<ExecResult>;
};

const missing = /executable file not found|command not found|: not found$/im;

export const openMachineShell = (fly: FlyReader, app: string, machineId: string): MachineShell => ({
	async run(words, seconds = 15) {
		try {
			const result = await fly.exec(app, machineId, words.map(quoteWord).join(' '), seconds);
			const isMissing = result.exit_code !== 0 && result.stdout === '' && missing.test(result.stderr.trim());
			return isMissing ? {...result, exit_code: 127} : result;
		} catch (error) {
			const isMissing =
				error instanceof Failure &&
				(missing.test(error.message) || /no such file or directory/i.test(error.message));
			if (!isMissing) throw error;
			return {exit_code: 127, stdout: '', stderr: error.message};
		}
	},
});

/** The words are split again on the machine, without a shell. */
const quoteWord = (word: string) =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
