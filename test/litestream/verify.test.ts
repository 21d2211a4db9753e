import {platform} from 'node:os';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {replica} from '../../source/checks/verify/replica.ts';
import {litestreams} from '../helpers/litestream.ts';
import {openLocalMachine} from '../helpers/local-machine.ts';
import {openProtectedApp, type ProtectedApp, until} from '../helpers/protected-app.ts';
import type {S3Server} from '../helpers/s3-server.ts';
import {openStore, storageSecrets} from '../helpers/storage-secrets.ts';

describe.each(litestreams)('Litestream $version', ({version, path}) => {
	const skip = !path || platform() !== 'linux';
	const is05 = !version.startsWith('0.3');
	let server: S3Server;
	let app: ProtectedApp;
	beforeEach(async () => {
		server = await openStore();
		app = openProtectedApp(path ?? '');
	});
	afterEach(async () => {
		await app.close();
		await server.close();
	});

	const hasWritten = async (more: number) => {
		const count = app.acknowledged().length + more;
		await until(() => app.acknowledged().length >= count, {what: `${count} rows\n${app.output()}`});
	};
	const start = async (secrets = storageSecrets(server)) => {
		app.start(secrets);
		await hasWritten(20);
		await until(() => (server.buckets.get('store-1')?.size ?? 0) > 1, {what: `objects\n${app.output()}`});
	};
	const verify = (options: Partial<Parameters<typeof openLocalMachine>[1]> = {}) => {
		const {plan, readers} = openLocalMachine(app, {endpoint: server.endpoint, ...options});
		return replica.check(plan, readers);
	};

	test.skipIf(skip)('busy, idle, and after a restart: verified, and nothing is left behind', async () => {
		await start();
		const {plan, readers, commands} = openLocalMachine(app, {endpoint: server.endpoint});
		expect(await replica.check(plan, readers)).toMatchObject({
			status: 'proved',
			detail: expect.stringMatching(
				is05 ? /up to transaction \d+ of \d+/ : /restored.*generation [\da-f]{16}/,
			),
		});
		expect(commands.at(-1)).toMatch(/^rm -f \/tmp\/phxfly-verify-\d+\.db /);
		app.pause(true);
		expect(await verify()).toMatchObject({status: 'proved'});
		await app.kill();
		app.start(storageSecrets(server));
		await until(async () => (await verify()).status === 'proved');
	});

	test.skipIf(skip)('a wrong secret', async () => {
		await start();
		await app.kill();
		await start({...storageSecrets(server), LITESTREAM_SECRET_ACCESS_KEY: 'rotated'});
		expect(await verify()).toMatchObject({
			status: 'wrong',
			detail: expect.stringContaining('credentials: the secret access key is wrong'),
		});
	});

	test.skipIf(skip)('a wrong key id, a wrong region, a wrong clock', async () => {
		await start();
		await app.kill();
		await start({...storageSecrets(server), LITESTREAM_ACCESS_KEY_ID: 'AKIATEST0000000OTHER'});
		expect(await verify()).toMatchObject({
			status: 'wrong',
			detail: expect.stringContaining('credentials: the storage does not know the access key id'),
		});
		await app.kill();
		await start({...storageSecrets(server), LITESTREAM_REGION: 'eu-west-1'});
		expect(await verify()).toMatchObject({status: 'wrong', detail: expect.stringContaining('region: ')});
		await app.kill();
		await start();
		server.behaviour.skewMs = 3_600_000;
		const skewed = await verify();
		// The AWS library of 0.5 corrects itself by the server's clock.
		if (is05) expect(skewed).toMatchObject({status: 'proved'});
		else expect(skewed).toMatchObject({status: 'wrong', detail: expect.stringContaining('clock: ')});
	});

	test.skipIf(skip)('a bucket that was removed', async () => {
		await start();
		server.buckets.delete('store-1');
		await hasWritten(5);
		expect(await verify()).toMatchObject({
			status: 'wrong',
			detail: expect.stringContaining('bucket: it does not exist'),
		});
	});

	test.skipIf(skip)('a dead endpoint', {timeout: 90_000}, async () => {
		await start();
		const {endpoint} = server;
		await server.close();
		await hasWritten(5);
		expect(await verify({endpoint})).toMatchObject({
			status: 'wrong',
			detail: expect.stringContaining('endpoint: '),
		});
	});

	test.skipIf(skip)('Litestream stopped, while the app continues', async () => {
		await start();
		await app.killLitestream();
		expect(await verify()).toMatchObject({
			status: 'wrong',
			detail: expect.stringContaining('process: Litestream is not running'),
		});
	});

	test.skipIf(skip)('too little space, and no Litestream: could not tell', async () => {
		await start();
		const df =
			'Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 8000000 7999000 1000 100% /\n';
		expect(await verify({answers: {df: {exit_code: 0, stdout: df, stderr: ''}}})).toMatchObject({
			status: 'could-not-tell',
			detail: expect.stringMatching(/replicating, not verified yet: \/tmp has 1000 KB free/),
		});
		const missing = {
			exit_code: 127,
			stdout: '',
			stderr: 'exec: "litestream": executable file not found in $PATH',
		};
		expect(await verify({hasEntrypoint: false, answers: {litestream: missing}})).toMatchObject({
			status: 'could-not-tell',
			detail: expect.stringContaining('image does not include litestream'),
		});
	});
});
