import {createHash, randomBytes} from 'node:crypto';
import type {Invocation} from '../arguments/invocation.ts';
import type {Effect, Flow} from '../world/effects.ts';
import {FlyError, Interruption} from '../world/effects.ts';
import type {World} from '../world/world.ts';
import {runCommand} from './command.ts';
import {chooseFault, injectFault} from './faults.ts';

export type WorldAccess = {
	read(): Promise<World>;
	change<T>(change: (world: World, nowMs: number) => T): Promise<T>;
};

/** What only a process can do; tests provide their own. */
export type Host = {
	print(stream: 'stdout' | 'stderr', text: string): Promise<void>;
	/** Resolves to the signal that interrupted the wait. */
	wait(ms: number): Promise<'SIGINT' | 'SIGTERM' | undefined>;
	readStdin(): Promise<string>;
	ask(question: string): Promise<string>;
	log(text: string): Promise<void>;
	/** Writes a login. */
	logIn(): Promise<void>;
	/** Schedules the same call again, later and without a fault; for the fault `late`. */
	leaveBehind?(stdin: string): Promise<void>;
};

/**
Runs one flyctl call against a world. The call is in `world.calls` before it acts and gets its exit code afterwards.

@returns the exit code: 0, 1, or 127 if a signal ended it.
*/
export async function runFly(invocation: Invocation, world: WorldAccess, host: Host): Promise<number> {
	const id = randomBytes(8).toString('hex');
	const command = runCommand(invocation);
	const fault = await world.change(({calls}) => {
		calls.push({id, argv: [...invocation.argv], mutates: command.mutates, exit: null});
		return chooseFault(invocation.env.PHXFLY_FAULTS, calls);
	});
	const editCall = (edit: Partial<World['calls'][number]>) =>
		world.change(({calls}) => {
			const call = calls.find(entry => entry.id === id);
			if (call) Object.assign(call, edit);
		});

	const exit = await drive(fault ? injectFault(command.flow, fault) : command.flow, async effect => {
		switch (effect.kind) {
			case 'print':
				return host.print(effect.stream, effect.text);
			case 'wait': {
				const signal = await host.wait(effect.ms);
				if (signal) throw new Interruption(signal);
				return undefined;
			}
			case 'world':
				return effect.writes ? world.change(effect.change) : readWith(world, effect.change);
			case 'stdin': {
				const text = await host.readStdin();
				await editCall({stdinSha256: createHash('sha256').update(text).digest('hex')});
				return text;
			}
			case 'ask':
				return host.ask(effect.question);
			case 'log':
				return host.log(effect.text);
			case 'load':
				return effect.load();
			case 'log-in':
				return host.logIn();
			case 'leave-behind':
				return host.leaveBehind?.(effect.stdin);
		}
	}).catch(async error => {
		if (error instanceof Interruption) return 127;
		if (!(error instanceof FlyError)) throw error;
		await host.print('stderr', `Error: ${error.message}\n`);
		return 1;
	});
	await editCall({exit});
	return exit;
}

async function readWith(
	world: WorldAccess,
	read: (world: World, nowMs: number) => unknown,
): Promise<unknown> {
	const current = await world.read();
	return read(current, current.clock.simulatedMs);
}

/** Performs each effect and passes its result or error back to the command. */
async function drive<T>(flow: Flow<T>, perform: (effect: Effect) => Promise<unknown>): Promise<T> {
	let step = flow.next();
	while (!step.done) {
		let result: unknown;
		let failure: {error: unknown} | undefined;
		try {
			result = await perform(step.value);
		} catch (error) {
			failure = {error};
		}
		step = failure ? flow.throw(failure.error) : flow.next(result);
	}
	return step.value;
}
