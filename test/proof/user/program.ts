import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {cpSync, mkdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {text} from 'node:stream/consumers';
import {setTimeout as wait} from 'node:timers/promises';
import type {LocalMachine} from '../../helpers/local-machine.ts';
import {isLitestream, type ProtectedApp} from '../../helpers/protected-app.ts';
import {type JsonEvent, openRehearsal} from '../../helpers/rehearsal.ts';
import {openS3Server} from '../../helpers/s3-server.ts';
import {copySample} from '../../helpers/sample-project.ts';
import {user} from '../../helpers/storage-secrets.ts';
import {openFlyServer} from './fly-server.ts';

/** What a command said about the replica, and how it ended. */
export type Said = {
	readonly exit: number | undefined;
	readonly status: string;
	readonly detail: string;
	readonly hint: string;
	/** Other checks that are not `proved`. */
	readonly others: readonly string[];
};

export type Served = {
	readonly app: ProtectedApp;
	readonly machine: LocalMachine;
	readonly entrypoint?: 'ours' | 'foreign';
	/** Gives the volume more room. */
	extend?(): void;
};

/** The built program in a project that is set up, over the built-in Fly, whose one machine a test runs. */
export type Program = {
	/** Where the storage has to listen. */
	readonly port: number;
	/** Puts the account and the project back to the moment after the setup, and serves this machine from now on. */
	serve(served: Served | undefined): void;
	/** Runs a command of phxfly as cron would. */
	ask(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Said>;
	/** Runs a command of flyctl. @throws {Error} If it fails. */
	fly(words: readonly string[]): Promise<string>;
	/** Keys that the storage may have now, for the restart of the machine. */
	readonly keys: Set<string>;
	readonly volumeId: string;
	close(): Promise<void>;
};

const appWords = ['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'];

const hash = (value: string) => createHash('sha256').update(value).digest('hex');

/** Fly's default between SIGTERM and SIGKILL. */
const killTimeoutMs = 5000;

/** Sets the sample up with the built program. */
export async function openProgram(): Promise<Program> {
	const rehearsal = openRehearsal();
	const project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	const keys = new Set([user.keyId, user.secret]);
	let served: Served | undefined;

	/** The machine's environment, as Fly has it. A key is known by its digest. */
	const readSecrets = (): Readonly<Record<string, string>> =>
		Object.fromEntries(
			rehearsal.world().secrets.flatMap(({name, value, sha256}) => {
				const known = value ?? [...keys].find(key => hash(key) === sha256);
				return name.startsWith('LITESTREAM_') && known !== undefined ? [[name, known]] : [];
			}),
		);
	const hear = async (words: readonly string[]) => {
		if (!served) return;
		if (words[0] === 'volumes') {
			served.extend?.();
			return;
		}

		const {app, entrypoint} = served;
		await Promise.race([app.stop().catch(() => undefined), wait(killTimeoutMs)]);
		await app.kill();
		app.pause(false);
		app.start(readSecrets(), entrypoint);
		await wait(1000);
	};
	const exec = async (line: string, seconds: number) => {
		if (!served) return undefined;
		const {app, machine} = served;
		const volume = join(app.folder, 'data');
		const here = line
			.replaceAll('/data/wisp_prod.db', app.databasePath)
			.replaceAll('/data/.wisp_prod.db', join(volume, '.app.db'))
			// Other apps of this computer are not on this machine.
			.replaceAll('$(pidof litestream)', findLitestream(app))
			.replaceAll(/(?<=[\s'"])\/data(?=[\s'"]|$)/g, volume)
			.replaceAll('/tmp/litestream.sock', join(app.folder, 'litestream.sock'));
		const answer = await machine.readers.fly.exec('blog-1', 'm1', here, seconds);
		const stdout = answer.stdout.replaceAll(volume, '/data').replaceAll('app.db', 'wisp_prod.db');
		return {...answer, stdout};
	};
	const {path, configFolder, close} = await openFlyServer(rehearsal, {exec, hear});

	const ask: Program['ask'] = async (words, env = {}) => {
		const options = {
			cwd: project,
			env: {
				// Not that of npm, which has a Litestream.
				PATH: '/usr/local/bin:/usr/bin:/bin',
				FLY_CONFIG_DIR: configFolder,
				LITESTREAM_ACCESS_KEY_ID: user.keyId,
				LITESTREAM_SECRET_ACCESS_KEY: user.secret,
				...env,
			},
		};
		const {events, exit, stderr} = await rehearsal.run(
			[
				...words,
				'--json',
				...(words[0] === 'drill' || words[0] === 'restore' ? [] : ['--wait', '0s']),
				'--fly',
				path,
			],
			options,
		);
		const checked = events.findLast(
			({type, id, status}) =>
				type === 'check-changed' && (id === 'replica' || id === 'drill') && status !== 'checking',
		) as {status?: string; detail?: string; hint?: string} | undefined;
		const failed = events.findLast(({type}) => type === 'failed');
		if (!checked && !failed && words[0] !== 'restore')
			throw new Error(`${JSON.stringify(events.slice(-3))}\n${stderr}`);
		return {
			exit,
			status: checked?.status ?? failed?.code ?? '',
			detail: checked?.detail ?? failed?.message ?? '',
			hint: checked?.hint ?? failed?.hint ?? '',
			others: listOthers(events),
		};
	};

	const storage = await openS3Server({users: [user], buckets: {'store-1': 'us-east-1'}});
	const {port, hostname, protocol} = new URL(storage.endpoint);
	const endpoint = `${protocol}//${hostname}:${port}`;
	const storageWords = [
		...['--storage', 'custom', '--endpoint', endpoint, '--storage-region', 'us-east-1'],
		...['--bucket', 'store-1', '--prefix', 'blog'],
	];
	const set = await ask(['--yes', ...appWords, ...storageWords, '--domain', 'none', '--no-mail']);
	await storage.close();
	if (set.exit !== 0 && set.exit !== 3)
		throw new Error(`The setup ended with ${set.exit}: ${JSON.stringify(set)}`);
	const parts = [rehearsal.folder, rehearsal.stateHome];
	const kept = join(dirname(rehearsal.folder), 'kept');
	for (const [at, part] of parts.entries()) cpSync(part, join(kept, String(at)), {recursive: true});
	const volumeId = rehearsal.world().volumes[0]?.id ?? '';

	return {
		port: Number(port),
		serve(next) {
			served = next;
			if (next) return;
			for (const [at, part] of parts.entries()) {
				rmSync(part, {recursive: true});
				cpSync(join(kept, String(at)), part, {recursive: true});
			}
		},
		ask,
		fly: words =>
			runFly(path, words, {cwd: project, env: {...rehearsal.environment, FLY_CONFIG_DIR: configFolder}}),
		keys,
		volumeId,
		async close() {
			close();
			await rehearsal.close();
		},
	};
}

const findLitestream = (app: ProtectedApp): string => app.processes().filter(isLitestream).join(' ');

function listOthers(events: readonly JsonEvent[]): readonly string[] {
	const last = new Map(
		events.filter(({type}) => type === 'check-changed').map(({id, status}) => [id, status]),
	);
	return [...last].flatMap(([id, status]) =>
		id === 'replica' || id === 'drill' || status === 'proved' ? [] : [`${id} ${status}`],
	);
}

async function runFly(
	path: string,
	words: readonly string[],
	options: {readonly cwd: string; readonly env: Readonly<Record<string, string>>},
): Promise<string> {
	const child = spawn(path, [...words], {...options, stdio: ['ignore', 'pipe', 'pipe']});
	const [out, err, [code]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, 'close') as Promise<[number]>,
	]);
	if (code !== 0) throw new Error(`fly ${words.join(' ')} ended with ${code}: ${err}${out}`);
	return out;
}
