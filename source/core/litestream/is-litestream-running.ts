import type {MachineShell} from './machine-shell.ts';

/** Whether a Litestream runs on the machine; `undefined` when the machine cannot be asked. Nothing else of ours may run there meanwhile. */
export async function isLitestreamRunning(shell: MachineShell): Promise<boolean | undefined> {
	const {stdout} = await shell.run(['sh', '-c', 'cat /proc/[0-9]*/comm']);
	const names = stdout.split('\n').filter(name => name !== '');
	return names.length === 0 ? undefined : names.includes('litestream');
}
