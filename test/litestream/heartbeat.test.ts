import {once} from 'node:events';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {platform} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {litestreams} from '../helpers/litestream.ts';
import {until} from '../helpers/protected-app.ts';
import {openRehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {user} from '../helpers/storage-secrets.ts';
import {openScene, type Scene} from '../proof/scene.ts';

vi.setConfig({testTimeout: 500_000, hookTimeout: 60_000});

const skip = platform() !== 'linux' || litestreams.some(({path}) => path === undefined);

/** Every ping, by the path that it had. */
let pings: string[] = [];
const count = (path: string) => pings.filter(each => each === path).length;
const monitor = createServer((request, response) => {
	pings.push(request.url ?? '');
	response.end('OK');
});
let url = '';
let scenes: Scene[] = [];

beforeEach(async () => {
	[pings, scenes] = [[], []];
	monitor.listen(0, '127.0.0.1');
	await once(monitor, 'listening');
	url = `http://127.0.0.1:${(monitor.address() as AddressInfo).port}`;
});
afterEach(async () => {
	for (const scene of scenes) await scene.close();
	monitor.closeAllConnections();
	await new Promise(resolve => monitor.close(resolve));
});

async function open(version: string, name: string, settings = 'heartbeat-interval: 1m\n') {
	const litestream = litestreams.find(each => each.version === version)?.path ?? '';
	const scene = await openScene({litestream, version, settings});
	scenes.push(scene);
	if (name !== '') scene.variables.LITESTREAM_HEARTBEAT_URL = `${url}/${name}`;
	await scene.start();
	return scene;
}

test.skipIf(skip)(
	'Litestream 0.5.17 pings while its syncs succeed, also at rest, and 0.3.13 never does',
	async () => {
		const [busy, resting] = [await open('0.5.17', 'busy'), await open('0.5.17', 'resting')];
		const [old, without] = [await open('0.3.13', 'old'), await open('0.5.17', '')];
		const rejected = [busy, resting];
		await resting.settle();
		await until(() => count('/busy') > 0 && count('/resting') > 0, {withinMs: 60_000, what: 'first pings'});
		// Another app that is well shows how many intervals are over.
		await open('0.5.17', 'well');
		await until(() => count('/well') > 0, {withinMs: 60_000, what: 'the first ping of the other app'});
		const before = {busy: count('/busy'), resting: count('/resting')};
		for (const {users} of rejected) users.length = 0;
		await until(() => count('/well') >= 4, {withinMs: 300_000, what: 'three intervals'});
		expect(count('/busy') - before.busy).toBeLessThanOrEqual(1);
		expect(count('/resting') - before.resting).toBeLessThanOrEqual(1);
		expect(count('/old')).toBe(0);
		expect(old.app.exit()).toBeUndefined();
		expect(without.app.output()).not.toMatch(/heartbeat/);
		for (const {users} of rejected) users.push(user);
		const stopped = {busy: count('/busy'), resting: count('/resting')};
		await until(() => count('/busy') > stopped.busy, {
			withinMs: 400_000,
			what: 'a ping after the storage is back',
		});
	},
);

test.skipIf(skip)(
	'a URL that is none keeps Litestream 0.5.17 from starting: phxfly accepts none',
	async () => {
		const litestream = litestreams.find(each => each.version === '0.5.17')?.path ?? '';
		const scene = await openScene({litestream, version: '0.5.17'});
		scenes.push(scene);
		scene.app.start({
			LITESTREAM_REPLICA_URL: 's3://store-1/blog',
			LITESTREAM_ENDPOINT: scene.server.endpoint,
			LITESTREAM_REGION: 'us-east-1',
			LITESTREAM_ACCESS_KEY_ID: user.keyId,
			LITESTREAM_SECRET_ACCESS_KEY: user.secret,
			LITESTREAM_HEARTBEAT_URL: 'monitor',
		});
		await until(() => scene.app.exit() !== undefined, {what: scene.app.output()});
		expect(scene.app.exit()).toBe(78);
		expect(scene.app.output()).toMatch(
			/heartbeat URL must be a valid HTTP[\s\S]*litestream\.yml does not fit/,
		);
	},
);

test.skipIf(skip).each(litestreams)(
	'the built program with Litestream $version: setup sets the URL, and the drill pings only where Litestream does not',
	async ({version, path}) => {
		const scene = await open(version, '', '');
		const rehearsal = openRehearsal();
		try {
			const project = join(rehearsal.folder, 'blog');
			mkdirSync(project);
			copySample(rehearsal.packageFolder, project);
			const dockerfile = join(project, 'Dockerfile');
			writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replaceAll('0.5.17', version));
			const {path: fly, configFolder} = makeFlyWrapper(rehearsal);
			const keys = {
				FLY_CONFIG_DIR: configFolder,
				LITESTREAM_ACCESS_KEY_ID: user.keyId,
				LITESTREAM_SECRET_ACCESS_KEY: user.secret,
			};
			const secretUrl = `${url}/drilled-0f1e2d3c`;
			const env = {...keys, LITESTREAM_HEARTBEAT_URL: secretUrl};
			const ask = async (words: readonly string[], more: Readonly<Record<string, string>> = {}) => {
				const all = [...words, '--json', '--fly', fly];
				const ended = await rehearsal.run(all, {cwd: project, env: {...env, ...more}});
				expect(ended.stdout + ended.stderr).not.toContain('drilled-0f1e2d3c');
				return ended;
			};
			await ask([
				...['--yes', '--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'],
				...['--storage', 'custom', '--endpoint', scene.server.endpoint, '--storage-region', 'us-east-1'],
				...['--bucket', 'store-1', '--prefix', 'blog', '--domain', 'none', '--no-mail'],
				...['--restore', '--wait', '0s'],
			]);
			const isSet = rehearsal.world().secrets.some(({name}) => name === 'LITESTREAM_HEARTBEAT_URL');
			expect(isSet).toBe(version === '0.5.17');

			const here = {PATH: `${dirname(path ?? '')}:${process.env.PATH}`};
			const {events, exit, stderr} = await ask(['drill'], here);
			expect(exit, stderr).toBe(0);
			expect(events).toContainEqual(expect.objectContaining({id: 'drill', status: 'proved'}));
			const ping = events.find(({id}) => id === 'heartbeat');
			expect(ping).toMatchObject(
				version === '0.5.17'
					? {status: 'skipped', detail: 'Litestream 0.5.17 pings the monitor itself'}
					: {status: 'proved', detail: 'the monitor was pinged'},
			);
			expect(count('/drilled-0f1e2d3c')).toBe(version === '0.5.17' ? 0 : 1);
			if (version === '0.5.17') return;

			// A failed drill sends none, and a monitor that is away changes nothing.
			await scene.settle();
			expect((await ask(['drill', '--max-age', '1s'], here)).exit).toBe(1);
			const kept = new Map(scene.objects());
			scene.objects().clear();
			expect((await ask(['drill'], here)).exit).toBe(1);
			expect(count('/drilled-0f1e2d3c')).toBe(1);
			for (const [key, object] of kept) scene.objects().set(key, object);
			const away = await ask(['drill'], {...here, LITESTREAM_HEARTBEAT_URL: 'http://127.0.0.1:9/away'});
			expect(away.exit).toBe(0);
			expect(away.events.find(({id}) => id === 'heartbeat')).toMatchObject({
				status: 'hint',
				detail: expect.stringContaining('the drill passed, but the monitor did not take the ping'),
			});
		} finally {
			await rehearsal.close();
		}
	},
);
