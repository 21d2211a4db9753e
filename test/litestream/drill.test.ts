import {existsSync} from 'node:fs';
import {platform} from 'node:os';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {ExecResult} from '../../source/core/fly/output.ts';
import {describeDrill} from '../../source/core/litestream/drill.ts';
import {drillReplica} from '../../source/drill/drill.ts';
import {drillOnMachine} from '../../source/drill/on-the-machine.ts';
import {findHere} from '../helpers/drill-here.ts';
import {litestreams} from '../helpers/litestream.ts';
import {openLocalMachine} from '../helpers/local-machine.ts';
import {openProtectedApp, type ProtectedApp, until} from '../helpers/protected-app.ts';
import type {S3Server} from '../helpers/s3-server.ts';
import {openStore, storageSecrets} from '../helpers/storage-secrets.ts';

const answer = (stdout: string): ExecResult => ({exit_code: 0, stdout, stderr: ''});

describe.each(litestreams)('Litestream $version', ({version, path}) => {
	const skip = !path || platform() !== 'linux';
	let server: S3Server;
	let app: ProtectedApp;
	beforeEach(async () => {
		server = await openStore();
		app = openProtectedApp(path ?? '');
		app.start(storageSecrets(server));
		await until(() => app.acknowledged().length >= 60, {what: `60 rows\n${app.output()}`});
		await until(() => (server.buckets.get('store-1')?.size ?? 0) > 1);
	});
	afterEach(async () => {
		await app.close();
		await server.close();
	});

	const drill = (answers: Readonly<Record<string, ExecResult>> = {}) => {
		const {plan, readers, commands} = openLocalMachine(app, {endpoint: server.endpoint, answers});
		return {commands, run: () => drillOnMachine(plan, readers)};
	};

	test.skipIf(skip)(
		'a healthy replica: equal to the database, size, rows, age; nothing is left',
		async () => {
			const {commands, run} = drill();
			const found = await run();
			expect(found).toMatchObject({isChecked: true, where: 'machine', skews: []});
			expect(found.rows?.counts.get('posts')).toBeGreaterThan(10);
			expect(found.bytes).toBeGreaterThan(4096);
			expect(found.ageMs).toBeLessThan(60_000);
			expect(describeDrill(found)).toMatch(
				/^restored on the machine, \d+ KB, intact, equal to the database as of [\d:]{8} UTC \(\d+ pages compared\); posts \d+; at most \d+ s old$/,
			);
			const [folder = ''] = /\/tmp\/phxfly-verify-[\w-]+/.exec(commands.join('\n')) ?? [];
			expect(folder).not.toBe('');
			expect(existsSync(folder)).toBe(false);
		},
	);

	test.skipIf(skip)('an emptied bucket: it fails, although Litestream continues', async () => {
		app.pause(true);
		await until(() => Date.now() - (app.acknowledged().at(-1)?.at ?? 0) > 2500);
		server.buckets.get('store-1')?.clear();
		await expect(drill().run()).rejects.toMatchObject({code: 'replica-empty', exit: 'failed'});
	});

	test.skipIf(skip)('one damaged object: it fails, and says that nothing can be read back', async () => {
		app.pause(true);
		await until(() => Date.now() - (app.acknowledged().at(-1)?.at ?? 0) > 2500);
		const objects = server.buckets.get('store-1') ?? new Map();
		const name = [...objects.keys()].find(key => /0009|snapshots/.test(key)) ?? '';
		const object = objects.get(name);
		object?.body.fill(0x55, Math.floor(object.body.length / 2));
		await app.kill();
		await expect(drill().run()).rejects.toMatchObject({
			code: 'drill-failed',
			exit: 'failed',
			message: expect.stringContaining('The replica could not be restored'),
		});
	});

	test.skipIf(skip)('too little space or memory: refused before anything is written', async () => {
		const df = answer(
			'Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 8000 7000 1000 88% /\n',
		);
		await app.kill();
		const full = drill({df});
		await expect(full.run()).rejects.toMatchObject({code: 'no-room', exit: 'refused'});
		expect(full.commands.join('\n')).not.toMatch(/ restore |phxfly-drill-\S+\.db /);
		const small = drill({cat: answer('MemTotal: 200000 kB\nMemAvailable:   20000 kB\n')});
		await expect(small.run()).rejects.toMatchObject({
			code: 'no-room',
			message: expect.stringContaining('20 MB of memory'),
		});
	});

	test.skipIf(skip)(
		'without a process that replicates: it fails, and says what the copy gives back; a long one runs detached',
		async () => {
			await app.kill();
			const stat = answer(`${200 * 1024 * 1024}\n`);
			const df = answer('Filesystem 1024-blocks Used Available Capacity Mounted on\no 9 9 999999999 8% /\n');
			const {commands, run} = drill({stat, df});
			await expect(run()).rejects.toMatchObject({
				code: 'replication-stopped',
				exit: 'failed',
				message: expect.stringMatching(
					/^not-running: Litestream is not running on the machine, so nothing is replicated\. The replica so far: restored on the machine, \d+ [KM]B, (?:intact|integrity not checked).*; posts \d{2,}; .*\.$/,
				),
				hint: expect.stringContaining('fly machine restart'),
			});
			const [scratch = ''] = /\/tmp\/phxfly-drill-\d+\.db/.exec(commands.join('\n')) ?? [];
			expect(existsSync(`${scratch}.exit`)).toBe(false);
		},
	);

	test.skipIf(skip || !version.startsWith('0.5'))('a missing object in the middle is a gap', async () => {
		const objects = server.buckets.get('store-1') ?? new Map();
		const listLevel = (level: RegExp) => [...objects.keys()].filter(key => level.test(key)).sort();
		await until(() => listLevel(/\/0000\//).length >= 4, {what: 'four transactions'});
		await app.kill();
		for (const key of listLevel(/\/000[1-8]\//)) objects.delete(key);
		objects.delete(listLevel(/\/0000\//).at(-2) ?? '');
		await expect(drill().run()).rejects.toMatchObject({
			code: 'drill-failed',
			message: expect.stringMatching(/has a gap|could not be restored/),
		});
	});

	test.skipIf(skip)(
		'on this computer, with the keys in the environment and in no argument or file',
		async () => {
			const calls: string[] = [];
			const secrets = storageSecrets(server);
			const before = (command: string, input: string) => {
				calls.push(command);
				expect(input).not.toContain(secrets.LITESTREAM_SECRET_ACCESS_KEY);
			};
			server.behaviour.skewMs = 40_000;
			const place = await findHere(app, server, {before});
			const found = place && (await drillReplica(place));
			expect(found).toMatchObject({where: 'here', isChecked: true, gaps: 'none'});
			expect(found?.rows?.counts.get('posts')).toBeGreaterThan(10);
			expect(found?.skews).toEqual([
				expect.stringMatching(/^this computer's clock is (?:39|40|41) s behind that of the storage$/),
			]);
			expect(found?.ageMs).toBeGreaterThan(30_000);
			expect(calls.join('\n')).not.toContain(secrets.LITESTREAM_SECRET_ACCESS_KEY);
			expect(existsSync(place?.scratch.replace(/\/[^/]*$/, '') ?? '/')).toBe(false);
			const variables = {LITESTREAM_SECRET_ACCESS_KEY: undefined};
			expect(await findHere(app, server, {variables})).toBeUndefined();
		},
	);
});
