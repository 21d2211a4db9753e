import {
	type WordTable,
	writeBashCompletion,
	writeFishCompletion,
	writeZshCompletion,
} from '../core/command/completion.ts';
import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';

const writers: ReadonlyMap<string, (table: WordTable) => string> = new Map([
	['bash', writeBashCompletion],
	['zsh', writeZshCompletion],
	['fish', writeFishCompletion],
]);

export const completion: Command = {
	async run({options, words, print}) {
		const write = writers.get(options.argument ?? '');
		if (!write) {
			const message = options.argument
				? `There is no completion for the shell ${options.argument}.`
				: 'Name a shell: bash, zsh, or fish.';
			throw new Failure('usage', message, {
				hint: 'Run phxfly completion bash, phxfly completion zsh, or phxfly completion fish.',
			});
		}

		print(write(await words()));
		return exitCodes.done;
	},
};
