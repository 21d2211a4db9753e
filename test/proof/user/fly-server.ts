import {once} from 'node:events';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import type {ExecResult} from '../../../source/core/fly/output.ts';
import {startInProcess} from '../../../source/rehearsal/engine/in-process.ts';
import {createWorld} from '../../../source/rehearsal/world/world.ts';
import {writeLogin} from '../../helpers/fly-wrapper.ts';
import type {Rehearsal} from '../../helpers/rehearsal.ts';

/** The machine that a test runs. */
type Machine = {
	/** What `machine exec` runs; `undefined` while the built-in Fly has the machine. */
	exec(line: string, seconds: number): Promise<ExecResult | undefined>;
	/** A call that restarts the machine or gives it more room has ended well. */
	hear(words: readonly string[]): Promise<void>;
};

type FlyServer = {
	/** For `--fly`. */
	readonly path: string;
	/** For `FLY_CONFIG_DIR`, with today's login. */
	readonly configFolder: string;
	close(): void;
};

const restarting = /^(?:machine restart|secrets (?:set|import|deploy)|deploy|volumes extend)\b/;

/**
Writes a flyctl that asks this process, where the built-in Fly runs: a new Node for each of the hundred calls of a row would take longer than all
the rest. `machine exec` goes to the machine of the test.
*/
export async function openFlyServer(
	{folder, packageFolder, worldPath}: Rehearsal,
	machine: Machine,
): Promise<FlyServer> {
	const [path, configFolder] = [join(folder, '..', 'flyctl'), join(folder, '..', 'dot-fly')];
	mkdirSync(configFolder);
	writeLogin(configFolder, new Date());
	if (!existsSync(worldPath)) {
		writeFileSync(worldPath, JSON.stringify(createWorld({nowMs: Date.now(), speed: 1000})));
	}

	const call = async (args: readonly string[], launch: Omit<Launch, 'args'>) => {
		if (args[0] === 'machine' && args[1] === 'exec') {
			const seconds = Number(args[args.indexOf('--timeout') + 1]) || 30;
			const answer = await machine.exec(args[3] ?? '', seconds);
			if (answer) return {exit: 0, stdout: formatExec(answer), stderr: ''};
		}

		const said = {stdout: '', stderr: ''};
		const environment = {...launch.environment, PHXFLY_WORLD: worldPath, PHXFLY_SPEED: '1000'};
		const started = await startInProcess(
			[process.execPath, join(packageFolder, 'dist', 'fly.js')],
			{...launch, args, environment},
			(stream, chunk) => {
				said[stream] += chunk.toString('utf8');
			},
		);
		const exit = await started.exited;
		const line = args.join(' ');
		if (exit === 0 && restarting.test(line) && !line.includes('--stage')) await machine.hear(args);
		return {exit: exit ?? 1, ...said};
	};
	const server = createServer({maxHeaderSize: 1_000_000}, async (request, response) => {
		const read = (name: string) =>
			Buffer.from(String(request.headers[name] ?? ''), 'base64')
				.toString('utf8')
				.split('\0');
		const [cwd = ''] = read('phxfly-cwd');
		const pairs = read('phxfly-env').map(line => /^([^=]+)=([\s\S]*)$/.exec(line)?.slice(1) ?? []);
		const environment = Object.fromEntries(pairs.filter(pair => pair.length > 0)) as Record<string, string>;
		const args = read('phxfly-argv').slice(0, -1);
		const {exit, stdout, stderr} = await call(args, {cwd, environment, input: await text(request)});
		response.end(`${[String(exit), ...[stdout, stderr].map(encode)].join('\n')}\n`);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	writeFileSync(path, writeScript((server.address() as AddressInfo).port), {mode: 0o755});
	return {
		path,
		configFolder,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

type Launch = Parameters<typeof startInProcess>[1];

const encode = (said: string): string => Buffer.from(said).toString('base64');

/** Sends arguments, environment, folder, and input; only a call that reads its input gets one. */
const writeScript = (port: number): string => `#!/bin/sh
case "$*" in 'secrets import'* | *=-*) input=@- ;; *) input= ;; esac
curl -fsS -H "phxfly-argv: $(printf '%s\\0' "$@" | base64 -w0)" -H "phxfly-env: $(env -0 | base64 -w0)" \\
	-H "phxfly-cwd: $(printf %s "$PWD" | base64 -w0)" --data-binary "$input" http://127.0.0.1:${port}/ | {
	read -r exit && read -r out && read -r err || exit 1
	printf %s "$out" | base64 -d
	printf %s "$err" | base64 -d >&2
	exit "$exit"
}
`;

/** What flyctl prints with `--json`. */
const formatExec = ({exit_code: exit, stdout, stderr}: ExecResult): string =>
	`${JSON.stringify({...(exit === 0 ? {} : {exit_code: exit}), ...(stdout ? {stdout} : {}), ...(stderr ? {stderr} : {})})}\\n`;
