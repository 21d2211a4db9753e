import type {FlyMachine} from './fly/output.ts';

/** Machines that `fly deploy` manages; release-command and console machines are not among them. */
export const isManaged = ({config}: FlyMachine) => config.metadata?.fly_process_group !== undefined;

/** Machines that are there to stay: not the ones Fly is destroying. */
export const isThere = ({state}: FlyMachine) => state !== 'destroyed' && state !== 'destroying';

/** Why the machine last ended by itself, in words, from its newest exit event. */
export function explainExit({events}: FlyMachine): string | undefined {
	const exit = events
		?.map(({request}) => request?.exit_event)
		.find(event => event !== undefined && event !== null);
	if (!exit || exit.requested_stop) return undefined;
	return exit.oom_killed ? 'it ran out of memory' : `it ended with exit code ${exit.exit_code}`;
}
