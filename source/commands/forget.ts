import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';

export const forget: Command = {
	async run({archiveJournal, print}) {
		const path = await archiveJournal();
		print(
			path === undefined
				? 'This project has no journal. Your account was not changed.\n'
				: `Moved the journal to ${path}. Your account was not changed; the next setup starts from what exists there.\n`,
		);
		return exitCodes.done;
	},
};
