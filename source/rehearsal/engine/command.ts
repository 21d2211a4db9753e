import {join, resolve} from 'node:path';
import type {CommandSpec} from '../arguments/commands.ts';
import {findCommand} from '../arguments/find.ts';
import {type Flags, parseFlags} from '../arguments/flags.ts';
import type {Command, Context, Invocation} from '../arguments/invocation.ts';
import {formatGroupHelp, formatUsage} from '../arguments/usage.ts';
import {commands} from '../commands/commands.ts';
import {loadAppConfig} from '../config/load.ts';
import {type Flow, FlyError, log, print, printError, wait} from '../world/effects.ts';

/**
Returns the app of a command: `--app`, then FLY_APP, then the file in the current folder. An invalid file stops the
command even if the app is named.

@throws {FlyError} if the file is invalid, or a required app is not named.
*/
function findAppName(invocation: Invocation, spec: CommandSpec, flags: Flags): string {
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

const oldestLoginMs = 30 * 86_400_000;

/**
Finds the token like flyctl. One from config.yml only counts with a `last_login` within the last 30 days; one from the
environment or `--access-token` always counts.

@throws {FlyError} if there is no valid one, or it starts with `bad`.
*/
function checkSession(invocation: Invocation, flags: Flags): void {
	const {env} = invocation;
	const provided = flags.string('access-token') || env.FLY_ACCESS_TOKEN || env.FLY_API_TOKEN;
	const token = provided || readToken(invocation);
	if (!token) throw new FlyError("no access token available. Please login with 'flyctl auth login'");
	if (token.startsWith('bad')) throw new FlyError('You must be authenticated to view this.');
}

function readToken({env, home, files}: Invocation): string | undefined {
	const folder = env.FLY_CONFIG_DIR || join(home, '.fly');
	const text = files.read(join(folder, 'config.yml')) ?? '';
	const lastLogin = Date.parse(readKey(text, 'last_login') ?? '');
	return Date.now() - lastLogin <= oldestLoginMs ? readKey(text, 'access_token') : undefined;
}

function readKey(text: string, key: string): string | undefined {
	const [, value] = new RegExp(`^${key}:[ \\t]*(.*?)[ \\t\\r]*$`, 'm').exec(text) ?? [];
	return value?.replace(/^(['"])(.*)\1$/, '$2') || undefined;
}

/** Returns a call that is ready to run. Calls rejected here never change anything. */
export function runCommand(invocation: Invocation): {mutates: boolean; flow: Flow<number>} {
	const found = findCommand(invocation.argv);
	if (found.is === 'root') {
		const wantsVersion = found.rest.some(word => word === '-v' || word === '--version');
		if (wantsVersion) return runCommand({...invocation, argv: ['version']});
		const unknown = found.rest.find(word => !['-h', '--help', '--verbose', '--debug'].includes(word));
		if (unknown?.startsWith('--')) return refuse(formatGroupHelp([]), `unknown flag: ${unknown}`);
		return {mutates: false, flow: help(formatGroupHelp([]))};
	}
	if (found.is === 'group') return {mutates: false, flow: help(formatGroupHelp(found.words))};
	if (found.is === 'unknown') {
		return refuse("Run 'flyctl --help' for usage.\n", `unknown command "${found.word}" for "flyctl"`);
	}

	const {spec} = found;
	const parsed = parseFlags(spec, found.rest);
	if (!parsed.ok) return refuse(formatUsage(spec), parsed.message);
	const {flags, args} = parsed;
	if (parsed.wantsHelp) return {mutates: false, flow: help(formatUsage(spec))};
	const command = commands[spec.name];
	if (!command) throw new Error(`no command ${spec.name}`);

	function* flow(run: Command): Flow<number> {
		if (spec.needsSession) checkSession(invocation, flags);
		const there = {...invocation, cwd: enterFolder(invocation, spec.name === 'deploy' ? args[0] : undefined)};
		const app = findAppName(there, spec, flags);
		const context: Context = {...there, spec, flags, args, app};
		yield* log(`${spec.name} app=${app}`);
		if (spec.needsSession) yield* wait(60 + ((spec.name.length * 7) % 90));
		return yield* run(context);
	}
	return {mutates: spec.mutates, flow: flow(command)};
}

function enterFolder(invocation: Invocation, folder: string | undefined): string {
	if (folder === undefined) return invocation.cwd;
	const path = resolve(invocation.cwd, folder);
	if (!invocation.files.isFolder(path))
		throw new FlyError(`failed to change working directory: chdir ${path}: no such file or directory`);
	return path;
}

function refuse(usage: string, message: string): {mutates: boolean; flow: Flow<number>} {
	function* flow(): Flow<number> {
		yield* print(usage.replace(/\n$/, ''));
		yield* printError(`Error: ${message}`);
		return 1;
	}
	return {mutates: false, flow: flow()};
}

function* help(text: string): Flow<number> {
	yield* print(text.replace(/\n$/, ''));
	return 0;
}
