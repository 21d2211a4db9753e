import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {platform} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {nameKept, writeMarkerScript} from '../../source/core/restore/marker.ts';
import {litestreams} from '../helpers/litestream.ts';
import {readWholeRows, until} from '../helpers/protected-app.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {openScene, type Scene} from '../proof/scene.ts';

vi.setConfig({testTimeout: 600_000, hookTimeout: 100_000});

const id = '20261128150000';

/** Ends the boot before or after one of its steps, which the test counts. */
const strike = (folder: string, name: string) => `
count=$(($(cat ${folder}/count) + 1)); echo $count >${folder}/count
read -r at when <${folder}/strike
if [ $count = $at ] && [ $when = before ]; then kill -9 $PPID; exit 1; fi
/bin/${name} "$@" || exit
if [ $count = $at ]; then kill -9 $PPID; fi`;

describe.skipIf(platform() !== 'linux').each(litestreams.filter(({path}) => path !== undefined))(
	'Litestream $version',
	({version, path}) => {
		let scene: Scene;
		beforeEach(async () => {
			scene = await openScene({litestream: path ?? '', version});
		});
		afterEach(() => scene.close());

		/** Writes, and stops. @returns All rows, and a time in their middle. */
		const fill = async () => {
			const {app, server} = scene;
			app.start(storageSecrets(server));
			await scene.write(150);
			const atMs = Date.now();
			await until(() => Date.now() - atMs > 3000);
			expect(await app.stop()).toBe(0);
			app.pause(true);
			return {written: app.acknowledged(), at: new Date(atMs).toISOString(), atMs};
		};
		const ask = (at: string) =>
			execFileSync('sh', ['-c', writeMarkerScript(scene.app.databasePath, {id, at})], {
				env: scene.app.environment,
			});
		const boot = async (more: Readonly<Record<string, string>> = {}) => {
			const {app, server} = scene;
			app.start({...storageSecrets(server), LITESTREAM_WATCH: '0', ...scene.variables, ...more});
			await until(() => app.exit() !== undefined || isReplicating(), {what: app.output});
		};
		const isReplicating = () => existsSync(`${scene.app.databasePath}-shm`) && !isAsked();
		const isAsked = () => existsSync(`${scene.app.databasePath}.restore`);
		const kept = () => join(nameKept(scene.app.databasePath, id), 'app.db');

		test('ended before or after each step, the next boot finishes it, and both databases are whole', async () => {
			const {app, server} = scene;
			const {written, at, atMs} = await fill();
			const [volume, bucket] = [dirname(app.databasePath), server.buckets.get('store-1')];
			const template = join(app.folder, 'template');
			ask(at);
			cpSync(volume, template, {recursive: true});
			const objects = [...(bucket ?? [])];
			scene.replacePrograms(
				Object.fromEntries(
					['mv', 'mkdir', 'sync', 'rm', 'sleep'].map(name => [name, strike(app.folder, name)]),
				),
			);
			let struck = 0;
			for (let step = 1, isOver = false; !isOver; step++) {
				for (const when of ['before', 'after']) {
					rmSync(volume, {recursive: true});
					cpSync(template, volume, {recursive: true});
					bucket?.clear();
					for (const [key, object] of objects) bucket?.set(key, object);
					writeFileSync(join(app.folder, 'count'), '0\n');
					writeFileSync(join(app.folder, 'strike'), `${step} ${when}\n`);
					const {app: served} = scene;
					served.start({...storageSecrets(server), LITESTREAM_WATCH: '0', ...scene.variables});
					const isKilled = () => Number(readFileSync(join(app.folder, 'count'), 'utf8')) >= step;
					await until(() => isKilled() || isReplicating(), {what: served.output});
					isOver = !isKilled() || !isAsked();
					if (!isOver) struck++;
					await served.kill();
					writeFileSync(join(app.folder, 'strike'), '0 never\n');
					await boot();
					const [live, old] = [served.rows(), readWholeRows(kept())];
					const name = `step ${step}, ${when}\n${served.output()}`;
					expect(old, name).toEqual(written);
					expect(live.length, name).toBeGreaterThan(20);
					expect(live, name).toEqual(written.slice(0, live.length));
					expect(live.at(-1)?.at, name).toBeLessThanOrEqual(atMs + (scene.is05 ? 0 : 600));
					expect(
						readdirSync(volume).filter(file => /\.restore/.test(file)),
						name,
					).toEqual([]);
					await served.kill();
				}
			}

			expect(struck).toBeGreaterThan(16);
		});

		test.each([
			{
				name: 'too old',
				why: 'the request is too old',
				spoil: async (marker: string) => {
					writeFileSync(marker, readFileSync(marker, 'utf8').replace(/ \d{10} /, ' 1700000000 '));
				},
			},
			{
				name: 'of a time that the replica does not have',
				why: 'the replica has nothing of that time',
				spoil: async (marker: string) => {
					writeFileSync(marker, readFileSync(marker, 'utf8').replace(/ 20\d\d-/, ' 2020-'));
				},
			},
			{
				name: 'of a damaged point',
				why: 'the copy of that time is damaged',
				spoil: async () => {
					for (const [key, object] of scene.objects()) {
						const body = Buffer.from(object.body);
						body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 255;
						scene.objects().set(key, {...object, body});
					}
				},
			},
		])('a request $name: the database boots as it was, and the marker says why', async ({why, spoil}) => {
			const {app} = scene;
			const {written, at} = await fill();
			ask(at);
			const marker = `${app.databasePath}.restore`;
			await spoil(marker);
			await boot();
			expect(app.rows()).toEqual(written);
			expect(readFileSync(`${marker}.failed`, 'utf8').trimEnd().split('\n').at(-1)).toBe(why);
			expect(app.output()).toContain(`entrypoint: ${why}; the database stays as it is`);
			expect(readdirSync(dirname(app.databasePath)).filter(name => /before|restored/.test(name))).toEqual([]);
		});
	},
);
