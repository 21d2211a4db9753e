import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';

export const forget: Command = {
	async run({dropJournal, print}) {
		const kept = await dropJournal();
		print(
			kept === undefined
				? 'There is no journal of this project. The account stays as it is.\n'
				: `The journal is put aside as ${kept}. The account stays as it is; a setup goes on from what is there.\n`,
		);
		return exitCodes.done;
	},
};
