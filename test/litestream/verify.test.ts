import {existsSync, readFileSync} from 'node:fs';
import {platform} from 'node:os';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {replica} from '../../source/checks/verify/replica.ts';
import type {Readers} from '../../source/core/readers.ts';
import {litestreams} from '../helpers/litestream.ts';
import {openLocalMachine} from '../helpers/local-machine.ts';
import {openProtectedApp, type ProtectedApp, until} from '../helpers/protected-app.ts';
import {listProcesses} from '../helpers/rehearsal.ts';
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
				/^as of \d\d:\d\d:\d\d UTC a restored copy equals the database: \d+ pages compared/,
			),
		});
		const [, folder = ''] = /^sh (.*)\/prove\.sh stop$/.exec(commands.at(-1) ?? '') ?? [];
		expect(folder).toMatch(/^\/tmp\/phxfly-verify-[\w-]+$/);
		expect(existsSync(folder)).toBe(false);
		app.pause(true);
		expect(await verify()).toMatchObject({status: 'proved'});
		await app.kill();
		app.start(storageSecrets(server));
		await until(async () => (await verify()).status === 'proved');
	});

	test.skipIf(skip)('phxfly killed in the middle: the next check removes what it left', async () => {
		await start();
		const {plan, readers, commands} = openLocalMachine(app, {endpoint: server.endpoint});
		const abandoned = {
			...readers,
			clock: {...readers.clock, sleep: () => new Promise<void>(() => undefined)},
		};
		void replica.check(plan, abandoned);
		const started = () => commands.some(command => command.includes('prove.sh start'));
		await until(started);
		const [, folder = ''] = /mkdir -p (\S+)/.exec(commands.at(-1) ?? '') ?? [];
		const stage = `${folder}/stage`;
		await until(() => existsSync(stage) && readFileSync(stage, 'utf8') !== 'start\n');
		// As if the machine lost the processes, too: only the folder stays.
		await until(() => {
			const left = listProcesses(`ROW_LOG=${app.folder}/`).filter(pid => {
				try {
					return (
						readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) && process.kill(pid, 'SIGKILL')
					);
				} catch {
					// It has ended meanwhile.
					return false;
				}
			});
			return left.length === 0;
		});

		expect(await verify()).toMatchObject({status: 'proved'});
		expect(existsSync(folder)).toBe(false);
	});

	test.skipIf(skip)('it ends by itself at its deadline, and removes the copy', async () => {
		await start();
		server.behaviour.delayMs = 60_000;
		const {plan, readers, commands} = openLocalMachine(app, {endpoint: server.endpoint});
		const hasty: Readers = {
			...readers,
			fly: {
				...readers.fly,
				exec: (id, machine, line, seconds) =>
					readers.fly.exec(id, machine, line.replace('DEADLINE=300', 'DEADLINE=3'), seconds),
			},
		};
		expect(await replica.check(plan, hasty)).toMatchObject({
			status: 'could-not-tell',
			detail: 'too-long: the check ran out of time',
		});
		expect(commands.some(command => command.endsWith('stop'))).toBe(true);
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

	test.skipIf(skip)('no Litestream in the image: could not tell', async () => {
		await start();
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
