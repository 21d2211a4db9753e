import type {Check, CheckResult} from '../../core/check.ts';
import type {ExecResult} from '../../core/fly-output.ts';
import {isManaged, isThere} from '../../core/judge-machine.ts';

const socket = '/var/run/litestream.sock';
const timeoutSeconds = 30;

export const replica: Check = {
	id: 'replica',
	title: 'The replica takes transactions',
	isNeeded: ({provider}) => provider !== undefined,

	async check({app, databasePath}, {fly}) {
		const machine = (await fly.listMachines(app)).filter(isManaged).find(isThere);
		if (!machine) return {status: 'wrong', detail: 'there is no machine that could replicate'};
		if (machine.state !== 'started') return {status: 'wrong', detail: `the machine is ${machine.state}`};
		if (!databasePath) {
			return {
				status: 'could-not-tell',
				detail: 'DATABASE_PATH is not in fly.toml, so the database cannot be named',
			};
		}

		const command = `litestream sync -wait -timeout ${timeoutSeconds} -socket ${socket} ${databasePath}`;
		return judge(await fly.exec(app, machine.id, command, timeoutSeconds + 15));
	},
};

/** `sync -wait` is the best single check: it is exit 1 in a moment with the storage's own error. @see https://litestream.io/reference/ */
function judge({exit_code: exit, stdout, stderr}: ExecResult): CheckResult {
	const said = `${stdout}\n${stderr}`;
	const local = /^\s*txid: (\S+)/m.exec(stdout)?.[1];
	const remote = /^\s*replica_txid: (\S+)/m.exec(stdout)?.[1];
	if (exit === 0 && local !== undefined && local === remote) {
		return {status: 'proved', detail: `transaction ${local} is in the bucket`};
	}

	if (exit === 127 || /unknown command|not found|no such file or directory|executable file/i.test(said)) {
		return {
			status: 'could-not-tell',
			detail: 'the machine has no Litestream 0.5 with a control socket that could be asked',
			hint: 'etc/litestream.yml needs `socket: {enabled: true, path: /var/run/litestream.sock}`, and Litestream 0.5',
		};
	}

	const reason = said.split('\n').find(line => /error/i.test(line)) ?? said.trim().split('\n').at(-1) ?? '';
	return {
		status: 'wrong',
		detail: `the database is not replicated: ${reason.slice(0, 300) || `litestream ended with ${exit}`}`,
		hint: 'check the storage keys, the bucket and the endpoint',
	};
}
