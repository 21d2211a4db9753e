import type {ExecResult} from '../fly/output.ts';
import type {PlanContext} from '../plan/context.ts';
import type {MachineShell} from './machine-shell.ts';

export type MachineLitestream = {
	readonly version: string;
	/** 0.5 has a control socket and transaction numbers; 0.3 has generations. */
	readonly is05: boolean;
	/** The whole command for these words, so that it sees what the app's own Litestream sees. */
	complete(words: readonly string[]): readonly string[];
	run(words: readonly string[], seconds?: number): Promise<ExecResult>;
};

const entrypoint = '/usr/local/bin/entrypoint';

/**
Finds out how Litestream is called on the machine: through our entrypoint, which prepares the keys, where the machine has it; else by name.
An entrypoint that is not ours is never started: one that ignores its arguments would start the app a second time.

@returns `undefined` when the machine has none.
*/
export async function findMachineLitestream(
	shell: MachineShell,
	plan: Pick<PlanContext, 'project'>,
): Promise<MachineLitestream | undefined> {
	const hasOurs = (await shell.run(['grep', '-c', '= litestream ]', entrypoint])).exit_code === 0;
	const config = hasOurs ? undefined : findConfig(plan);
	const command = hasOurs ? [entrypoint, 'litestream'] : ['litestream'];
	const {exit_code: exit, stdout} = await shell.run([...command, 'version']);
	const version = /^v?(\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1];
	if (exit !== 0 || !version) return undefined;
	const complete: MachineLitestream['complete'] = ([name = '', ...rest]) => [
		...command,
		name,
		...(config && name !== 'sync' ? ['-config', config] : []),
		...rest,
	];
	return {
		version,
		is05: !version.startsWith('0.3.'),
		complete,
		run: (words, seconds) => shell.run(complete(words), seconds),
	};
}

/** Where the app's own Dockerfile puts the file, when that is not where Litestream looks by itself. */
function findConfig({project}: Pick<PlanContext, 'project'>): string | undefined {
	const [, target] = /^\s*COPY\s[^\n]*litestream\.yml\s+(\/\S+)/im.exec(project.dockerfile?.text ?? '') ?? [];
	const path = target?.endsWith('/') ? `${target}litestream.yml` : target;
	return path === '/etc/litestream.yml' ? undefined : path;
}
