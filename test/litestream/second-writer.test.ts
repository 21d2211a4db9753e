import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {litestreams} from '../helpers/litestream.ts';
import {type ProtectedApp, until} from '../helpers/protected-app.ts';
import {shells} from '../helpers/shells.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {openScene, type Scene} from '../proof/scene.ts';

const clocks = [
	{clock: 'right', skewMs: 0},
	{clock: 'ten minutes ahead', skewMs: 600_000},
	{clock: 'ten minutes behind', skewMs: -600_000},
] as const;

/** Each shell, with another clock of the storage. */
const boots = shells
	.filter(({words}) => words !== undefined)
	.map((shell, index) => ({...shell, ...(clocks[index] ?? clocks[0])}));

describe.each(litestreams)('Litestream $version', ({version, path}) => {
	let scene: Scene;
	let app: ProtectedApp;
	beforeEach(async () => {
		scene = await openScene({litestream: path ?? '', version});
		({app} = scene);
	});
	afterEach(() => scene.close());

	const hasEnded = (machine: ProtectedApp) =>
		until(() => machine.exit() !== undefined, {withinMs: 60_000, what: machine.output});
	const expectRefusal = (machine: ProtectedApp) => {
		expect(machine.exit(), machine.output()).toBe(75);
		expect(machine.output().trim().split('\n').at(-1)).toBe(
			'entrypoint: another machine writes to s3://store-1/blog, and a second writer would destroy the replica; nothing was started. Find it with fly machine list, or among other apps with these secrets: stop it, or give one of the two an empty prefix',
		);
	};
	/** The replica is verified while the app writes, and every row is back after its volume is lost. */
	const expectWhole = async () => {
		expect(await scene.prove()).toBe('proved');
		await app.stop();
		const {written, back} = await scene.loseVolume();
		expect(back).toEqual(written);
	};

	test.skipIf(!path).each(boots)(
		"a second machine without data refuses to start, in $name, with the storage's clock $clock",
		{timeout: 120_000},
		async ({words, linkPrograms, skewMs}) => {
			scene.server.behaviour.skewMs = skewMs;
			await scene.start();
			const second = scene.openOther();
			linkPrograms(join(second.folder, 'bin'));
			second.start(storageSecrets(scene.server), 'ours', {shell: words ?? []});
			await hasEnded(second);
			expectRefusal(second);
			expect(existsSync(second.databasePath)).toBe(false);
			expect(second.acknowledged()).toEqual([]);
			await expectWhole();
		},
	);

	test.skipIf(!path)(
		'a second machine with data refuses, and starts when the first one has stopped',
		{timeout: 120_000},
		async () => {
			const second = scene.openOther();
			second.start(storageSecrets(scene.server, 'store-2'));
			await until(() => second.acknowledged().length > 40);
			expect(await second.stop()).toBe(0);
			const before = second.rows();
			await scene.start();
			second.start(storageSecrets(scene.server));
			await hasEnded(second);
			expectRefusal(second);
			expect(second.rows()).toEqual(before);
			await expectWhole();

			await app.stop();
			second.start(storageSecrets(scene.server));
			await until(() => second.acknowledged().length > before.length, {what: second.output});
		},
	);

	test.skipIf(!path)(
		'ten restarts, killed or stopped, with a change that arrives late: none is refused, no row is lost',
		{timeout: 240_000},
		async () => {
			await scene.start();
			for (let round = 0; round < 10; round++) {
				await scene.write(60);
				// What is on its way at the end arrives a second and a half later.
				scene.server.behaviour.delayMs = round % 4 === 0 ? 1500 : 0;
				if (scene.server.behaviour.delayMs > 0) await wait(1200);
				await (round % 2 === 0 ? app.kill() : app.stop());
				scene.server.behaviour.delayMs = 0;
				scene.server.behaviour.skewMs = [0, 600_000, -600_000][round % 3] ?? 0;
				app.start(storageSecrets(scene.server));
			}

			await scene.write(60);
			expect(app.output()).not.toContain('another machine');
			await app.stop();
			const {written, back} = await scene.loseVolume();
			expect(back).toEqual(written);
		},
	);

	test.skipIf(!path)('a list that lags is not another machine', {timeout: 120_000}, async () => {
		await scene.start();
		await scene.write(300);
		await app.kill();
		const written = app.rows();
		const late = [...scene.objects()]
			.filter(([key]) => /\/wal\/|\/0000\//.test(key))
			.sort(([, a], [, b]) => a.modifiedMs - b.modifiedMs)
			.slice(-5);
		for (const [key] of late) scene.objects().delete(key);
		app.pause(true);
		app.start(storageSecrets(scene.server));
		for (const [key, object] of late) {
			await wait(1000);
			scene.objects().set(key, object);
		}

		await until(() => app.output().includes('replicating to'), {what: app.output});
		expect(app.output()).toContain('that this machine did not send');
		expect(app.rows()).toEqual(written);
	});

	test.skipIf(!path)('storage that does not answer delays the boot by seconds', async () => {
		await scene.start();
		await app.stop();
		const before = app.acknowledged().length;
		scene.server.behaviour.delayMs = 600_000;
		const begunMs = Date.now();
		app.start(storageSecrets(scene.server));
		await until(() => app.acknowledged().length > before, {what: app.output});
		expect(Date.now() - begunMs).toBeLessThan(10_000);
	});
});
