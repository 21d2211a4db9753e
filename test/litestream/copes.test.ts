import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {failingCommand, type ProtectedApp, until} from '../helpers/protected-app.ts';
import type {S3Server} from '../helpers/s3-server.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {openScene, type Scene} from '../proof/scene.ts';

describe.each(litestreams)('Litestream $version', ({version, path}) => {
	let scene: Scene;
	let server: S3Server;
	let app: ProtectedApp;
	beforeEach(async () => {
		scene = await openScene({litestream: path ?? '', version});
		({app, server} = scene);
	});
	afterEach(() => scene.close());

	const objects = () => scene.objects();
	const hasEnded = () =>
		until(() => app.exit() !== undefined, {withinMs: 90_000, what: () => `an end\n${app.output()}`});

	/** Writes for some seconds, ends, and loses the volume. */
	const fillReplica = async () => {
		app.start(storageSecrets(server));
		await scene.write(200);
		expect(await app.stop()).toBe(0);
		app.wipeVolume();
		app.pause(true);
		return app.acknowledged();
	};

	const damage = (key: string) => {
		const object = objects().get(key);
		if (!object) throw new Error(`no object ${key}`);
		const body = Buffer.from(object.body);
		body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 255;
		objects().set(key, {...object, body});
	};
	/** Changes that came after the first copy, oldest first. */
	const changes = () =>
		[...objects().keys()]
			.filter(key => /\/wal\/|\/0000\//.test(key) && !/0000000000000001-/.test(key))
			.sort();

	test.skipIf(!path).each(['newest', 'middle'] as const)(
		'the %s object is damaged: the moment before it is restored, and what follows is safe',
		{timeout: 120_000},
		async which => {
			const written = await fillReplica();
			const keys = changes();
			damage(keys.at(which === 'newest' ? -1 : keys.length >> 1) ?? '');
			app.start(storageSecrets(server));
			let secrets = storageSecrets(server);
			if (which === 'newest' && version === '0.5.17') {
				// It reads that object before it writes, and never gets past it.
				await hasEnded();
				expect(app.exit(), app.output()).toBe(78);
				expect(app.output()).toContain('set LITESTREAM_REPLICA_URL to an empty prefix');
				secrets = {...secrets, LITESTREAM_REPLICA_URL: 's3://store-1/next'};
				app.start(secrets);
			}
			await until(() => app.rows().length > 0, {withinMs: 60_000, what: app.output});
			const back = app.rows();
			expect(back).toEqual(written.slice(0, back.length));
			expect(back.length).toBeLessThan(written.length);
			const used = /^entrypoint: newest copy damaged, used 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m;
			await until(() => used.test(app.output()), {what: app.output});

			app.pause(false);
			await scene.write(80);
			expect(await app.stop()).toBe(0);
			const all = app.rows();
			expect((await scene.loseVolume(secrets)).back).toEqual(all);
		},
	);

	test.skipIf(!path)('nothing can be restored: 78, and the storage stays as it is', async () => {
		await fillReplica();
		for (const key of objects().keys()) damage(key);
		const before = new Map(objects());
		app.start(storageSecrets(server));
		await hasEnded();
		expect(app.exit(), app.output()).toBe(78);
		expect(app.output()).toContain('no restore point that passes its check');
		expect(objects()).toEqual(before);
	});

	test.skipIf(!path)('the storage is down: a line for each try, then 75', {timeout: 60_000}, async () => {
		const down = {LITESTREAM_ENDPOINT: 'http://127.0.0.1:1', LITESTREAM_RESTORE_PATIENCE: '4'};
		app.start({...storageSecrets(server), ...down});
		await hasEnded();
		expect(app.exit(), app.output()).toBe(75);
		const lines = app.output().split('\n');
		const tries = lines.filter(line => line.endsWith('the storage does not answer; trying again in 2 s'));
		if (version === '0.3.13') expect(tries).toHaveLength(1);
		expect(lines).toContain(
			'entrypoint: the storage does not answer (LITESTREAM_RESTORE_PATIENCE); nothing was started',
		);
		expect(app.acknowledged()).toEqual([]);
	});

	test.skipIf(!path)('the storage comes back: the boot continues', {timeout: 60_000}, async () => {
		const written = await fillReplica();
		server.behaviour.delayMs = 600_000;
		app.start({...storageSecrets(server), LITESTREAM_RESTORE_PATIENCE: '20'});
		await until(() => app.output().includes('restoring for 5 s, 0 MB so far'));
		server.behaviour.delayMs = 0;
		await until(() => app.rows().length > 0, {withinMs: 30_000, what: app.output});
		expect(app.rows()).toEqual(written);
		expect(app.output()).toContain('the storage does not answer; trying again in 2 s');
	});

	test.skipIf(!path).each([
		{name: 'a program', command: []},
		{name: 'sh -c', command: ['sh', '-c', 'true && exec "$0" "$@"']},
	])('$name fails on the signal: no row is lost', async ({command}) => {
		app.start(storageSecrets(server), 'ours', {command: [...command, ...failingCommand]});
		await scene.write(120);
		await app.stop();
		expect(app.output()).toContain('entrypoint: the command ended with 7 after the signal');
		const {written, back} = await scene.loseVolume();
		expect(back).toEqual(written);
	});

	test.skipIf(!path)('the storage hangs at the signal: it ends in time', {timeout: 90_000}, async () => {
		app.start(storageSecrets(server));
		await scene.write(120);
		server.behaviour.delayMs = 600_000;
		const begun = Date.now();
		void app.stop().catch(() => undefined);
		await until(() => app.processes().length === 0, {withinMs: 75_000, what: app.output});
		expect(Date.now() - begun).toBeLessThan(60_000);
		if (version === '0.3.13') expect(app.output()).toContain('the last changes are only on the volume');
	});
});
