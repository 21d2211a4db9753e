import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {platform} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {replica} from '../../source/checks/verify/replica.ts';
import {litestreams} from '../helpers/litestream.ts';
import {openLocalMachine} from '../helpers/local-machine.ts';
import {type ProtectedApp, until} from '../helpers/protected-app.ts';
import type {S3Server} from '../helpers/s3-server.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {openScene, type Scene} from '../proof/scene.ts';

/** What else takes five minutes: that Litestream 0.5 drops what it has sent. */
const soon =
	'l0-retention: 1s\nl0-retention-check-interval: 1s\nlevels:\n  - interval: 1s\n  - interval: 10m\n';

/** A replica that moves to an empty bucket, on a volume that replicated elsewhere before. */
describe.each(litestreams)('Litestream $version', ({version, path}) => {
	const skip = !path || platform() !== 'linux';
	const is05 = !version.startsWith('0.3');
	let scene: Scene;
	let server: S3Server;
	let app: ProtectedApp;
	beforeEach(async () => {
		scene = await openScene({litestream: path ?? '', version, settings: soon});
		({app, server} = scene);
	});
	afterEach(() => scene.close());

	const isIn = (bucket: string) =>
		until(() => (server.buckets.get(bucket)?.size ?? 0) > 1, {what: `objects in ${bucket}`});
	const litestream = (...args: readonly string[]) =>
		promisify(execFile)(join(app.folder, 'bin', 'litestream'), [...args], {
			env: app.environment,
			timeout: 20_000,
		});
	const firstSent = () =>
		join(app.folder, 'data/.app.db-litestream/ltx/0/0000000000000001-0000000000000001.ltx');
	const move = async (entrypoint: 'ours' | 'foreign') => {
		app.start(storageSecrets(server), entrypoint);
		await isIn('store-1');
		// Each sync ends a transaction: there are to be more of them than the next replica will have for a while.
		for (let count = 0; is05 && count < 15; count++) {
			await scene.write(2);
			await litestream('sync', '-wait', '-socket', join(app.folder, 'litestream.sock'), app.databasePath);
		}

		// Litestream has dropped the first of what it has sent.
		await until(() => !is05 || !existsSync(firstSent()), {what: `less local state\n${app.output()}`});
		await app.kill();
		app.start(storageSecrets(server, 'store-2'), entrypoint);
		await scene.write(80);
	};
	const verify = (hasEntrypoint: boolean) => {
		const {plan, readers} = openLocalMachine(app, {endpoint: server.endpoint, hasEntrypoint});
		return replica.check(plan, readers);
	};
	test.skipIf(skip)("with phxfly's entrypoint: verified, and no row is lost", async () => {
		await move('ours');
		await until(async () => (await verify(true)).status === 'proved');
		app.pause(true);
		await until(() => Date.now() - (app.acknowledged().at(-1)?.at ?? 0) > 2500);
		const {written, back} = await scene.loseVolume(storageSecrets(server, 'store-2'));
		expect(back).toEqual(written);
	});

	test.skipIf(skip || !is05)('with a foreign one: found, although a restore looks fine', async () => {
		await move('foreign');
		await until(() => (server.buckets.get('store-2')?.size ?? 0) > 0);
		await litestream(
			'restore',
			'-integrity-check',
			'full',
			'-o',
			join(app.folder, 'copy.db'),
			app.databasePath,
		);
		expect(await verify(false)).toMatchObject({
			status: 'wrong',
			detail: expect.stringMatching(/^(?:local-state-of-another-replica|empty-bucket|deleted-object): /),
		});
	});

	test.skipIf(skip || !is05)("and after Litestream's own advice, when sync looks fine too", async () => {
		await move('foreign');
		await until(() => (server.buckets.get('store-2')?.size ?? 0) > 0);
		await app.kill();
		await litestream('reset', app.databasePath);
		app.start(storageSecrets(server, 'store-2'), 'foreign');
		await scene.write(40);
		await litestream('sync', '-wait', '-socket', join(app.folder, 'litestream.sock'), app.databasePath);
		expect(await verify(false)).toMatchObject({
			status: 'wrong',
			detail: expect.stringMatching(/^(?:another-history|bucket-ahead|deleted-object|second-writer): /),
		});
	});
});
