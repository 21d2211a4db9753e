import {homedir} from 'node:os';
import {setImmediate as turn} from 'node:timers/promises';
import {makeCall} from './call.ts';

type Launch = {
	readonly args: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly cwd: string;
	readonly input?: string;
};

const never = new Promise<never>(() => undefined);

/**
Starts the built-in Fly inside this process, with only the call's arguments, environment, folder, and input. It
handles signals like the separate program.

@param command - Node and the script of the separate program.
*/
export async function startInProcess(
	command: readonly [string, string],
	{args, environment, cwd, input = ''}: Launch,
	onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void,
) {
	const interruption = new AbortController();
	const death = new AbortController();
	const killed = new Promise<undefined>(resolve => {
		death.signal.addEventListener('abort', () => resolve(undefined), {once: true});
	});
	const exit = makeCall(
		{
			argv: args,
			env: environment,
			cwd,
			home: environment.HOME || homedir(),
			isInteractive: false,
		},
		{
			command,
			interrupted: interruption.signal,
			killed: death.signal,
			async print(stream, text) {
				// Lets signals and the screen have their turn, however much it prints.
				await turn();
				if (death.signal.aborted) await never;
				onOutput(stream, Buffer.from(text));
			},
			readStdin: async () => input,
			ask: async () => '',
		},
	);
	return {
		exited: Promise.race([exit, killed]),
		drained: Promise.resolve(),
		send(signal: 'SIGINT' | 'SIGKILL') {
			if (signal === 'SIGINT') interruption.abort(signal);
			else death.abort();
		},
		close: () => death.abort(),
	};
}
