import {resolve} from 'node:path';
import {ownUserId} from '../adapters/process.ts';
import {findStateRoot} from '../adapters/state/paths.ts';
import {openPreferences} from '../adapters/state/preferences.ts';
import type {Cli, Options, Preferences} from '../core/command/context.ts';

/** Opens a person's preferences. A rehearsal neither has nor changes them. */
export function findPreferences(
	{cwd, environment, platform}: Cli['host'],
	{isRehearsal, stateDir}: Pick<Options, 'isRehearsal' | 'stateDir'>,
): Preferences | undefined {
	if (isRehearsal) return undefined;
	return openPreferences(resolve(cwd, findStateRoot(stateDir, environment, platform)), ownUserId);
}
