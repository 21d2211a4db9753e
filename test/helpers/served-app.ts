import {once} from 'node:events';
import {mkdirSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {openScene, type Scene, type SceneOptions} from '../proof/scene.ts';
import {makeFlyWrapper} from './fly-wrapper.ts';
import {type Ended, openRehearsal, type Rehearsal, type Running} from './rehearsal.ts';
import {copySample} from './sample-project.ts';
import {user} from './storage-secrets.ts';

/** Runs what `machine exec` gets on the scene's machine, with its places instead of the image's. */
async function serveMachine(scene: Scene) {
	const {readers, commands} = scene.machine();
	const {databasePath, folder} = scene.app;
	const server = createServer(async (request, response) => {
		const asked = JSON.parse(await text(request)) as {verb: string; line: string; seconds: number};
		if (asked.verb === 'restart') {
			commands.push('restart');
			await scene.restart();
			response.end(JSON.stringify({exit_code: 0, stdout: '', stderr: ''}));
			return;
		}

		const {line, seconds} = asked;
		const here = line
			.replaceAll('/data/wisp_prod.db', databasePath)
			.replaceAll('/tmp/litestream.sock', join(folder, 'litestream.sock'));
		response.end(JSON.stringify(await readers.fly.exec('blog-1', 'm1', here, seconds)));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	return {url, commands, close: () => server.close()};
}

/** An app that is set up with the built program over the built-in Fly, with the real Litestream behind its machine. */
export type ServedApp = {
	readonly scene: Scene;
	/** Every command that its machine got. */
	readonly commands: readonly string[];
	/** Where the program runs. */
	readonly project: string;
	/** Runs the program with the keys in the environment and the real Litestream on the PATH, unless `env` has others. */
	start(words: readonly string[], env?: Readonly<Record<string, string>>): Running;
	run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
	/** Calls the built-in Fly, as another person would. */
	readonly fly: Rehearsal['fly'];
	/** Sets the app up. */
	setUp(): Promise<Ended>;
	/** The flags that name its app and its storage. */
	readonly flags: readonly string[];
	/** The variables of a computer that has neither. */
	readonly withoutKeys: Readonly<Record<string, string>>;
	close(): Promise<void>;
};

/** Sets the app up; its machine runs from here on, and writes once the scene is started. */
export async function openServedApp(options: SceneOptions): Promise<ServedApp> {
	const served = await openNewApp(options);
	await served.setUp();
	return served;
}

/** As `openServedApp`, before the app is set up. */
export async function openNewApp(options: SceneOptions): Promise<ServedApp> {
	const rehearsal = openRehearsal();
	const scene = await openScene(options);
	const machine = await serveMachine(scene);
	const project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	const {path: fly, configFolder, passExecTo} = makeFlyWrapper(rehearsal);
	const keys = {LITESTREAM_ACCESS_KEY_ID: user.keyId, LITESTREAM_SECRET_ACCESS_KEY: user.secret};
	const withLitestream = {PATH: `${join(scene.app.folder, 'bin')}:${process.env.PATH}`};
	const common = {FLY_CONFIG_DIR: configFolder};
	const start: ServedApp['start'] = (words, env = {...keys, ...withLitestream}) =>
		rehearsal.start([...words, '--fly', fly], {cwd: project, env: {...common, ...env}});
	const flags = [
		...['--app', 'blog-1', '--org', 'personal', '--storage', 'custom', '--endpoint', scene.server.endpoint],
		...['--storage-region', 'us-east-1', '--bucket', 'store-1', '--prefix', 'blog'],
	];
	const run: ServedApp['run'] = (words, env) => start(words, env).ended;
	return {
		scene,
		commands: machine.commands,
		project,
		flags,
		start,
		run,
		fly: rehearsal.fly,
		async setUp() {
			const rest = ['--region', 'sjc', '--volume-size', '1', '--domain', 'none', '--no-mail'];
			const ended = await run(['--yes', ...flags, ...rest, '--json', '--wait', '0s']);
			if (!ended.events.some(({type}) => type === 'finished')) throw new Error(ended.stderr);
			passExecTo(machine.url);
			return ended;
		},
		withoutKeys: {PATH: process.env.PATH ?? ''},
		async close() {
			machine.close();
			await scene.close();
			await rehearsal.close();
		},
	};
}
