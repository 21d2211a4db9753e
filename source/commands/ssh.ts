import type {Command} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {readGiven} from '../setup/gather.ts';
import {requireApp} from '../setup/inspect.ts';
import {withProject} from '../setup/project.ts';

/** What flyctl exits with when it was interrupted. */
const interruptedFlyctl = 127;

/** Gives the terminal, or the pipes, to a shell on the machine. phxfly reads nothing of what passes. */
export const ssh: Command = {
	async run(cli) {
		const {host, options} = cli;
		if (options.json) {
			throw new Failure('usage', 'A shell has no JSON output.', {
				hint: 'Run phxfly ssh without --json.',
			});
		}

		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async project => {
			const app = await requireApp(project);
			const ending = new AbortController();
			const takeBack = [host.ignoreInterrupts(), host.onSignal(() => ending.abort())];
			try {
				const exit = await project.terminal.attach(['ssh', 'console', '-a', app], ending.signal);
				if (ending.signal.aborted) return exitCodes.terminated;
				if (exit === interruptedFlyctl) return exitCodes.interrupted;
				return exit === 0 ? exitCodes.done : exitCodes.failed;
			} finally {
				for (const take of takeBack) take();
			}
		});
	},
};
