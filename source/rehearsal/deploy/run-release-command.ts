import {asTable} from '../config/config.ts';
import {type Flow, print, wait} from '../world/effects.ts';
import {makeHexId} from '../world/make.ts';
import type {Deployment} from './deployment.ts';

const runMs = 6_000;

/** Runs `[deploy] release_command` in a throw-away machine, which has no volume. */
export function* runReleaseCommand({config, context}: Deployment): Flow<void> {
	const command = asTable(config.tree.deploy).release_command;
	if (command === undefined || context.flags.bool('skip-release-command')) return;
	yield* print(`Running ${context.app} release_command: ${String(command)}`);
	yield* wait(runMs);
	yield* print(`✔ release_command ${makeHexId(14)} completed successfully\n`);
}
