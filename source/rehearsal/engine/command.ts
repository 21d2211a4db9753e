import {resolve} from 'node:path';
import {findCommand} from '../arguments/find.ts';
import type {Command, Context, Invocation} from '../arguments/invocation.ts';
import {parseFlags} from '../arguments/parse-flags.ts';
import {formatGroupHelp, formatUsage} from '../arguments/usage.ts';
import {commands} from '../commands/commands.ts';
import {findAppName} from '../find-app-name.ts';
import {checkSession} from '../session.ts';
import {type Flow, FlyError, log, print, printError, wait} from '../world/effects.ts';

/** A call that is ready to run; what is refused here never changes anything. */
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
