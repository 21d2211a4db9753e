import {once} from 'node:events';
import {mkdirSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {platform} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {expect, test, vi} from 'vitest';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {litestreams} from '../helpers/litestream.ts';
import {openRehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {user} from '../helpers/storage-secrets.ts';
import {openScene, type Scene} from '../proof/scene.ts';

vi.setConfig({testTimeout: 400_000, hookTimeout: 60_000});

/** Runs what `machine exec` gets on the scene's machine, with its places instead of the image's. */
async function serveMachine(scene: Scene) {
	const {readers} = scene.machine();
	const {databasePath, folder} = scene.app;
	const server = createServer(async (request, response) => {
		const {line, seconds} = JSON.parse(await text(request)) as {line: string; seconds: number};
		const here = line
			.replaceAll('/data/wisp_prod.db', databasePath)
			.replaceAll('/tmp/litestream.sock', join(folder, 'litestream.sock'));
		response.end(JSON.stringify(await readers.fly.exec('blog-1', 'm1', here, seconds)));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	return {url, close: () => server.close()};
}

test.skipIf(platform() !== 'linux').each(litestreams.filter(({path}) => path !== undefined))(
	'setup and verify of the built program, over the built-in Fly with the real Litestream $version behind machine exec',
	async ({version, path}) => {
		const rehearsal = openRehearsal();
		const scene = await openScene({litestream: path ?? '', version});
		const machine = await serveMachine(scene);
		try {
			const project = join(rehearsal.folder, 'blog');
			mkdirSync(project);
			copySample(rehearsal.packageFolder, project);
			const {path: fly, configFolder, passExecTo} = makeFlyWrapper(rehearsal);
			const options = {
				cwd: project,
				env: {
					FLY_CONFIG_DIR: configFolder,
					LITESTREAM_ACCESS_KEY_ID: user.keyId,
					LITESTREAM_SECRET_ACCESS_KEY: user.secret,
				},
			};
			const storage = [
				...['--storage', 'custom', '--endpoint', scene.server.endpoint, '--storage-region', 'us-east-1'],
				...['--bucket', 'store-1', '--prefix', 'blog'],
			];
			const app = ['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'];
			const ask = async (...words: readonly string[]) => {
				const {events, stderr} = await rehearsal.run(
					[...words, '--json', '--wait', '0s', '--fly', fly],
					options,
				);
				const found = events.findLast(({type, id}) => type === 'check-changed' && id === 'replica');
				if (!found) throw new Error(`${JSON.stringify(events.slice(-3))}\n${stderr}`);
				return found;
			};

			await ask('--yes', ...app, ...storage, '--domain', 'none', '--no-mail');
			await scene.start();
			passExecTo(machine.url);
			expect(await ask('verify')).toMatchObject({
				status: 'proved',
				detail: expect.stringMatching(
					/^as of .* UTC a restored copy equals the database: \d+ pages compared/,
				),
			});

			const litestream = scene.app
				.processes()
				.find(pid => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('litestream'));
			process.kill(litestream ?? 0, 'SIGSTOP');
			expect(await ask('verify')).toMatchObject({
				status: 'wrong',
				detail: expect.stringMatching(/^stopped-process: /),
				hint: expect.stringMatching(/^fly machine restart \w+ -a blog-1$/),
			});
			process.kill(litestream ?? 0, 'SIGCONT');
			expect(await ask('verify')).toMatchObject({status: 'proved'});

			await scene.settle();
			scene.objects().clear();
			expect(await ask('verify')).toMatchObject({
				status: 'wrong',
				detail: expect.stringMatching(/^empty-bucket: /),
			});
			scene.users[0] = {...user, secret: 'rotated'};
			expect(await ask('verify')).toMatchObject({
				status: 'wrong',
				detail: expect.stringMatching(/^credentials: /),
				hint: expect.stringContaining('The rows are safe on the volume'),
			});
		} finally {
			machine.close();
			await scene.close();
			await rehearsal.close();
		}
	},
);
