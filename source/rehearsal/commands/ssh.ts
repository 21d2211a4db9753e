import type {Command, Context} from '../arguments/invocation.ts';
import {readMetadata} from '../output/machine.ts';
import {runRemote} from '../remote/run.ts';
import {
	ask,
	change,
	type Flow,
	FlyError,
	look,
	print,
	printError,
	readStdin,
	wait,
} from '../world/effects.ts';
import {findMachine, listMachines} from '../world/find.ts';
import type {Machine} from '../world/world.ts';

/** Runs one command, or a shell: with a terminal it reads line by line until an empty one, else from standard input. */
export const sshConsole: Command = function* (context) {
	const {flags, isInteractive} = context;
	const machine = yield* chooseMachine(context);
	if (!flags.bool('quiet')) yield* printError(`Connecting to ${machine.private_ip}... complete`);
	const command = flags.string('command');
	if (command !== '') return end(yield* runLine(context, machine.id, command));
	let code = 0;
	if (!isInteractive) {
		const script = yield* readStdin();
		for (const line of script.split('\n').filter(line => line.trim() !== ''))
			code = yield* runLine(context, machine.id, line);
		return end(code);
	}

	for (;;) {
		const line = (yield* ask(`root@${machine.id}:/app# `)).trim();
		if (line === '' || line === 'exit') return end(code);
		code = yield* runLine(context, machine.id, line);
	}
};

function* chooseMachine({app, flags}: Context): Flow<Machine> {
	const all = yield* look(world => {
		if (!world.apps.some(({name}) => name === app))
			throw new FlyError('get app: failed to run query ($appName: String!) { app }: Could not find App');
		return listMachines(world, app);
	});
	yield* wait(2_000);
	let machines = all.filter(({state}) => state === 'started');
	if (machines.length === 0) {
		throw new FlyError(
			`app ${app} has no started VMs.\nIt may be unhealthy or not have been deployed yet.\nTry the following command to verify:\n\nfly status`,
		);
	}

	const region = flags.string('region');
	if (region !== '') machines = machines.filter(machine => machine.region === region);
	if (machines.length === 0) throw new FlyError(`app ${app} has no VMs in region ${region}`);
	const group = flags.string('process-group');
	if (group !== '')
		machines = machines.filter(machine => readMetadata(machine, 'fly_process_group') === group);
	if (machines.length === 0) throw new FlyError(`app ${app} has no VMs in process group ${group}`);
	const id = flags.string('machine');
	const machine = machines.find(each => id === '' || each.id === id);
	if (!machine) throw new FlyError(`--machine=${JSON.stringify(id)} not found/started`);
	return machine;
}

function* runLine({app}: Context, id: string, line: string): Flow<number> {
	const result = yield* change((world, nowMs) =>
		runRemote({world, nowMs, machine: findMachine(world, id, app)}, line),
	);
	yield* wait(result.ms);
	if (result.stdout !== '') yield* print(result.stdout.replace(/\n$/, ''));
	if (result.stderr !== '') yield* printError(result.stderr.replace(/\n$/, ''));
	return result.exitCode;
}

/** flyctl never passes on the code of a remote command. */
function end(code: number): number {
	if (code !== 0) throw new FlyError(`ssh shell: Process exited with status ${code}`);
	return 0;
}
