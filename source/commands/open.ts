import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {siteUrl} from '../core/verify/report.ts';
import {readGiven} from '../setup/gather.ts';
import {requireApp} from '../setup/inspect.ts';
import {openLines, unlessStopped, withProject} from '../setup/project.ts';

const timeoutMs = 60_000;

/** Opens the site in the browser of this computer. */
export const open: Command = {
	async run(cli) {
		const {options, emit, say} = cli;
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async (project, guard) => {
			const stop = guard();
			const app = await unlessStopped(stop, requireApp(project));
			const url = siteUrl({app});
			const endedBy = await project.terminal
				.stream(['apps', 'open', '-a', app], {
					signal: stop.graceful,
					timeoutMs,
					onLine: openLines(cli, project, 'open'),
				})
				.catch(error => {
					if (!(error instanceof Failure) || error.code !== 'flyctl-failed') throw error;
					throw new Failure('flyctl-failed', error.message, {hint: `Open it yourself: ${url}`});
				});
			const exit = exitCodes[endedBy === 'itself' ? 'done' : endedBy === 'cancel' ? stop.reason() : 'failed'];
			if (project.isRehearsal) say('This is a rehearsal: no browser was opened.');
			if (options.json) emit({type: 'finished', exit, url, resources: []});
			return exit;
		});
	},
};
