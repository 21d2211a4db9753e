import {asTable} from '../config/config.ts';
import type {ReleaseRun} from '../image/release-run.ts';
import {type Flow, FlyError, look, print, printError, wait} from '../world/effects.ts';
import {makeHexId} from '../world/make.ts';
import {listSecrets} from '../world/secrets.ts';
import type {Deployment} from './deployment.ts';
import {readCode} from './describe-code.ts';

const runMs = 6_000;

/** How long flyctl waits for the end of the command. */
const patienceMs = 300_000;

/**
Runs `[deploy] release_command` on a temporary machine without a volume. It writes to no replica.

@param run - Undefined where no Dockerfile tells.
@throws {FlyError} in the words of flyctl, for a command that fails or never ends.
@see flyctl internal/command/deploy/machines_releasecommand.go
*/
export function* runReleaseCommand(deployment: Deployment, run: ReleaseRun | undefined): Flow<void> {
	const {config, context} = deployment;
	const command = asTable(config.tree.deploy).release_command;
	if (command === undefined || command === '' || context.flags.bool('skip-release-command')) return;
	yield* printError(`Running ${context.app} release_command: ${String(command)}`);
	yield* wait(1_000);
	const id = makeHexId(14);
	yield* print(`> Created release_command machine ${id}`);
	yield* printError('Starting machine');
	if (run?.neverEnds) {
		yield* wait(patienceMs);
		const why = "timeout reached waiting for machine's state to change";
		yield* fail(`error waiting for release_command machine ${id} to finish running: ${why}`);
	}

	yield* wait(runMs);
	const fault = run && (run.fault ?? (yield* findReleaseFault(deployment, run)));
	if (!fault) {
		yield* print(`✔ release_command ${id} completed successfully`);
		return;
	}

	yield* print('✖ release_command failed');
	yield* printError(`Error release_command failed running on machine ${id} with exit code ${fault.exit}.`);
	yield* printError('Checking logs: fetching the last 100 lines below:');
	const last = `Main child exited normally with code: ${fault.exit}`;
	for (const line of [...fault.lines, last]) yield* printError(line);
	yield* fail(`machine ${id} exited with non-zero status of ${fault.exit}`);
}

/** Finds why the release fails that the command evaluates code in: it does not boot, or the code is not there, or has no database. */
function* findReleaseFault(deployment: Deployment, run: ReleaseRun): Flow<ReleaseRun['fault']> {
	const {config, context, brings} = deployment;
	const end = (...lines: readonly string[]) => ({lines, exit: 1});
	const [, module, name] = /\beval\s+["'(]*([A-Z][\w.]*)\.([a-z_]\w*[?!]?)/.exec(run.texts.join('\n')) ?? [];
	if (module === undefined || name === undefined) return undefined;
	const secrets = yield* look(world => listSecrets(world, context.app));
	const names = new Set([
		...secrets.map(secret => secret.name),
		...Object.keys({...brings?.judgment?.environment, ...config.env}),
	]);
	if (!names.has('SECRET_KEY_BASE'))
		return end('** (RuntimeError) environment variable SECRET_KEY_BASE is missing.');
	const missing = brings?.needs?.find(need => !names.has(need.name));
	if (missing) return end(...missing.lines);
	const texts = [...readCode(context).values()];
	const [space = ''] = module.split('.');
	const last = module.split('.').at(-1) ?? '';
	const isOwn = texts.some(text => new RegExp(`^defmodule\\s+${space}\\b`, 'm').test(text));
	// A library may bring any other module.
	if (!isOwn) return undefined;
	const own = texts.find(text => new RegExp(`\\bdefmodule\\s+(?:${module}|${last})\\b`).test(text));
	const call = `function ${module}.${name}/0 is undefined`;
	if (!own) return end(`** (UndefinedFunctionError) ${call} (module ${module} is not available)`);
	const mayHave =
		new RegExp(`\\bdef(?:delegate|macro)?\\s+${name}(?![\\w?!])`).test(own) || /\buse\s/.test(own);
	if (!mayHave) return end(`** (UndefinedFunctionError) ${call} or private`);
	const [mount] = config.mounts;
	const path = String(config.env.DATABASE_PATH ?? '');
	const isSqlite = texts.some(text => text.includes('Ecto.Adapters.SQLite3'));
	if (!mount || !isSqlite || !/Ecto\.Migrator|\bRepo\b/.test(own)) return undefined;
	const isAway = path.startsWith(`${mount.destination.replace(/\/$/, '')}/`);
	const mayMakeIt = run.isRoot || run.builds.some(build => build.includes(mount.destination));
	return isAway && !mayMakeIt
		? end(
				`[error] Exqlite.Connection failed to connect: ** (Exqlite.Error) could not make the folder of ${path}: eacces`,
				'** (DBConnection.ConnectionError) connection not available and request was dropped from queue after 2000ms',
			)
		: undefined;
}

function* fail(reason: string): Flow<never> {
	yield* print(`✖ Failed: ${reason}`);
	throw new FlyError(`release command failed - aborting deployment. ${reason}`);
}
