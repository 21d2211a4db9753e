import {Failure} from '../errors.ts';
import type {ExecResult} from '../fly-output.ts';
import type {FlyReader} from '../ports.ts';

/** Runs programs on one machine; a program that is not there is exit 127, however it was said. */
export type MachineShell = {
	/** @param seconds - How long it may take. */
	run(words: readonly string[], seconds?: number): Promise<ExecResult>;
};

const missing = /executable file not found|no such file or directory|command not found|: not found/i;

export const openMachineShell = (fly: FlyReader, app: string, machineId: string): MachineShell => ({
	async run(words, seconds = 15) {
		try {
			const result = await fly.exec(app, machineId, words.map(quoteWord).join(' '), seconds);
			const [program = ''] = words;
			const isMissing =
				result.exit_code !== 0 &&
				missing.test(result.stderr) &&
				result.stdout === '' &&
				new RegExp(`(?:exec|sh|stat)[^\n]*${escapeText(program)}`).test(result.stderr);
			return isMissing ? {...result, exit_code: 127} : result;
		} catch (error) {
			if (!(error instanceof Failure) || !missing.test(error.message)) throw error;
			return {exit_code: 127, stdout: '', stderr: error.message};
		}
	},
});

/** The words are split again on the machine, without a shell. */
const quoteWord = (word: string) =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
const escapeText = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
