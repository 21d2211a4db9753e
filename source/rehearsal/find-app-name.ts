import type {CommandSpec} from './arguments/command-spec.ts';
import type {Flags} from './arguments/flags.ts';
import type {Invocation} from './arguments/invocation.ts';
import {loadAppConfig} from './config/load.ts';
import {FlyError} from './world/effects.ts';

/**
The app a command means: `--app`, then FLY_APP, then the file in the current folder. A file that does not parse stops
the command even when the app is named.

@throws {FlyError} if the file is broken, or no app is named and one is needed.
*/
export function findAppName(invocation: Invocation, spec: CommandSpec, flags: Flags): string {
	if (spec.needsApp === 'never') return '';
	const config = loadAppConfig(invocation, flags);
	const name = flags.string('app') || invocation.env.FLY_APP || config?.app || '';
	if (name === '' && spec.needsApp === 'always') {
		throw new FlyError(
			'the config for your app is missing an app name, add an app field to the fly.toml file or specify with the -a flag',
		);
	}
	return name;
}
