import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {readGiven} from '../setup/gather.ts';
import {requireApp} from '../setup/inspect.ts';
import {openLines, unlessStopped, withProject} from '../setup/project.ts';

/** The longest time a timer can wait: flyctl streams until it is stopped. */
const foreverMs = 2 ** 31 - 1;

/** With an empty buffer flyctl polls forever, so the time limit ends it. */
const latestMs = 15_000;

/** Shows the app's log line by line, without secrets, until it is stopped. */
export const logs: Command = {
	async run(cli) {
		const {options, emit, say} = cli;
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async (project, guard) => {
			const stop = guard();
			const app = await unlessStopped(stop, requireApp(project));
			const flags = options.noTail ? ['--no-tail'] : [];
			const passOn = openLines(cli, project, 'logs');
			let count = 0;
			const endedBy = await project.terminal.stream(['logs', ...flags, '-a', app], {
				signal: stop.graceful,
				timeoutMs: options.noTail ? latestMs : foreverMs,
				onLine(stream, line) {
					passOn(stream, line);
					count += 1;
				},
			});
			if (endedBy === 'time-out' && count === 0) say(`${app} has no recent log lines.`);
			const exit = exitCodes[stop.graceful.aborted ? stop.reason() : 'done'];
			if (options.json) emit({type: 'finished', exit, url: undefined, resources: []});
			return exit;
		});
	},
};
