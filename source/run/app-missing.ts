import {Failure} from '../core/errors/failure.ts';

/** Nothing is set up under that name, or nobody said a name. */
export const appMissing = (app: string | undefined): Failure =>
	new Failure(
		'app-missing',
		'failed',
		app === undefined
			? 'This project has no app yet: no flag, no journal and no fly.toml names one.'
			: `There is no app called ${app} on Fly, or this login cannot see it.`,
		{hint: 'phxfly sets it up. If it is there, look at fly auth whoami.'},
	);
