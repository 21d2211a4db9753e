import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {settle} from '../../source/rehearsal/engine/advance.ts';
import {runFly} from '../../source/rehearsal/engine/run.ts';
import {makeWorld, readWorld} from '../../source/rehearsal/engine/world-file.ts';
import {createWorld, type World} from '../../source/rehearsal/world/world.ts';
import {listNames} from './list-names.ts';

export type Called = {readonly exit: number | null; readonly stdout: string; readonly stderr: string};
type CallOptions = {
	readonly stdin?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Files of the current folder, by name. */
	readonly files?: Readonly<Record<string, string>>;
	/** The signal that comes after this many simulated milliseconds of waiting. */
	readonly interruptAfterMs?: number;
	readonly isInteractive?: boolean;
	readonly answer?: string;
};

/** Opens the built-in Fly in this process, without a disk, on a clock that every wait advances. */
export function openWorldInMemory(): {
	readonly world: World;
	readonly log: string[];
	advance(ms: number): void;
	call(argv: readonly string[], options?: CallOptions): Promise<Called>;
	json(argv: readonly string[], options?: CallOptions): Promise<unknown>;
} {
	let nowMs = Date.parse('2026-11-22T10:00:00Z');
	const world = createWorld({nowMs, speed: 1});
	const log: string[] = [];
	const change = async <T>(act: (world: World, nowMs: number) => T): Promise<T> => {
		settle(world, nowMs);
		const draft = structuredClone(world);
		const result = act(draft, nowMs);
		Object.assign(world, draft);
		return result;
	};
	const call = async (argv: readonly string[], options: CallOptions = {}): Promise<Called> => {
		const out = {stdout: '', stderr: ''};
		let waitedMs = 0;
		const exit = await runFly(
			{
				argv,
				env: {FLY_API_TOKEN: 'x', LOG_LEVEL: 'error', ...options.env},
				cwd: '/app',
				home: '/home/dev',
				isInteractive: options.isInteractive ?? false,
				files: {
					read: path => options.files?.[path.replace(/^\/app\//, '')],
					isFolder: path => path === '/app',
					list: path => listNames(Object.keys(options.files ?? {}), path),
				},
			},
			{
				read: async () => {
					settle(world, nowMs);
					return {...structuredClone(world), clock: {simulatedMs: nowMs, realMs: Date.now(), speed: 1}};
				},
				change,
			},
			{
				print: async (stream, text) => {
					out[stream] += text;
				},
				wait: async ms => {
					nowMs += ms;
					waitedMs += ms;
					return waitedMs >= (options.interruptAfterMs ?? Number.POSITIVE_INFINITY) ? 'SIGINT' : undefined;
				},
				readStdin: async () => options.stdin ?? '',
				ask: async question => {
					out.stdout += question;
					return options.answer ?? '';
				},
				logIn: async () => {
					log.push('writes a login');
				},
				log: async text => {
					log.push(text);
				},
			},
		);
		return {exit, ...out};
	};
	return {
		world,
		log,
		advance: ms => {
			nowMs += ms;
			settle(world, nowMs);
		},
		call,
		json: async (argv, options) => {
			const {stdout} = await call(argv, options);
			return JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
		},
	};
}

export type FakeFly = {
	readonly folder: string;
	readonly worldPath: string;
	readonly configFolder: string;
	start(argv: readonly string[], options?: {env?: Readonly<Record<string, string>>}): ChildProcess;
	run(
		argv: readonly string[],
		options?: {env?: Readonly<Record<string, string>>; stdin?: string},
	): Promise<Called>;
	world(): Promise<World>;
	close(): void;
};

/** Opens the built-in Fly as a child process, with a world in a new folder. */
export async function openFakeFly({speed = 200}: {speed?: number} = {}): Promise<FakeFly> {
	const script = await findScript();
	const folder = mkdtempSync(join(tmpdir(), 'fake-fly-'));
	const worldPath = join(folder, 'world.json');
	const configFolder = join(folder, 'dot-fly');
	mkdirSync(join(folder, 'app'));
	await makeWorld(worldPath, {nowMs: Date.now(), speed});
	const start: FakeFly['start'] = (argv, {env = {}} = {}) =>
		spawn(process.execPath, [script, ...argv], {
			cwd: join(folder, 'app'),
			env: {
				PATH: process.env.PATH,
				HOME: folder,
				PHXFLY_WORLD: worldPath,
				PHXFLY_SPEED: String(speed),
				FLY_CONFIG_DIR: configFolder,
				FLY_API_TOKEN: 'x',
				LOG_LEVEL: 'error',
				...env,
			},
		});
	return {
		folder,
		worldPath,
		configFolder,
		start,
		run: (argv, {env = {}, stdin = ''} = {}) => {
			const child = start(argv, {env});
			child.stdin?.on('error', () => undefined);
			child.stdin?.end(stdin);
			return collect(child);
		},
		world: () => readWorld(worldPath),
		close: () => rmSync(folder, {recursive: true, force: true}),
	};
}

/** Writes files into the folder the built-in Fly runs in. */
export function writeAppFiles(fly: FakeFly, files: Readonly<Record<string, string>>): void {
	for (const [name, text] of Object.entries(files)) {
		const path = join(fly.folder, 'app', name);
		mkdirSync(dirname(path), {recursive: true});
		writeFileSync(path, text);
	}
}

/** Returns what a child process printed until its end. */
export async function collect(child: ChildProcess): Promise<Called & {signal: NodeJS.Signals | null}> {
	const out = {stdout: '', stderr: ''};
	child.stdout?.on('data', chunk => {
		out.stdout += chunk;
	});
	child.stderr?.on('data', chunk => {
		out.stderr += chunk;
	});
	return new Promise(resolve => {
		child.on('close', (exit, signal) => resolve({exit, signal, ...out}));
	});
}

/** Waits until the check is true, and repeats it every few milliseconds. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await check())) await new Promise(resolve => setTimeout(resolve, 5));
}

/** Returns the shipped bundle, or else one built for the tests. */
async function findScript(): Promise<string> {
	const root = fileURLToPath(new URL('../../', import.meta.url));
	const shipped = join(root, 'dist/fly.js');
	if (existsSync(shipped) && readFileSync(shipped).length > 0) return shipped;
	const own = join(tmpdir(), `fake-fly-bundle-${process.pid}`, 'fly.mjs');
	if (existsSync(own)) return own;
	await build({
		entryPoints: [join(root, 'source/rehearsal/fly.ts')],
		outfile: own,
		bundle: true,
		format: 'esm',
		platform: 'node',
		banner: {js: "import {createRequire as r} from 'node:module';const require=r(import.meta.url);"},
	});
	return own;
}
