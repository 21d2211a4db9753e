import type {Command} from '../arguments/invocation.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {runRemote} from '../remote/run.ts';
import {change, FlyError, print, printError, wait} from '../world/effects.ts';
import {findMachine} from '../world/find.ts';
import {formatRequestId} from '../world/make.ts';

/** Runs a command on a started machine. flyctl's own exit code is 0 whatever the command's is. */
export const machineExec: Command = function* (context) {
	const [id, line] = context.args.length === 2 ? context.args : [undefined, context.args[0]];
	if (id === undefined) throw new FlyError('a machine ID must be specified when not running interactively');
	yield* wait(300);
	const result = yield* change((world, nowMs) => {
		const machine = findMachine(world, id, context.app);
		if (machine.state !== 'started') {
			throw new FlyError(
				`could not exec command on machine ${id}: failed_precondition: machine not running ${formatRequestId()}`,
			);
		}
		return runRemote({world, nowMs, machine}, line ?? '');
	});
	yield* wait(result.ms);
	const {exitCode, stdout, stderr} = result;
	if (wantsJson(context)) {
		yield* printJson(context, {
			...(exitCode === 0 ? {} : {exit_code: exitCode}),
			...(stdout === '' ? {} : {stdout}),
			...(stderr === '' ? {} : {stderr}),
		});
		return 0;
	}
	if (exitCode !== 0) yield* print(`Exit code: ${exitCode}`);
	if (stdout !== '') yield* print(stdout.replace(/\n$/, ''));
	if (stderr !== '') yield* printError(stderr.replace(/\n$/, ''));
	return 0;
};
