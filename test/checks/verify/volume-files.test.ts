import {expect, test} from 'vitest';
import {volumeFiles} from '../../../source/checks/verify/volume-files.ts';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import type {Readers} from '../../../source/core/readers.ts';

const plan = {
	app: 'blog',
	mount: {source: 'data', destination: '/data'},
	databasePath: '/data/app.db',
} as PlanContext;

const check = (files: readonly string[]) => {
	const fly = {
		listMachines: async () => [
			{
				id: 'm1',
				state: 'started',
				config: {metadata: {fly_process_group: 'app', fly_platform_version: 'v2'}},
			},
		],
		exec: async () => ({exit_code: 0, stdout: files.map(file => `/data/${file}\n`).join(''), stderr: ''}),
	};
	return volumeFiles.check(plan, {fly} as unknown as Readers);
};

const own = ['app.db', 'app.db-wal', 'app.db-shm', '.app.db-litestream/ltx/0/1.ltx', 'lost+found/x'];

test('what the entrypoint and Litestream keep beside the database is not a file without a replica', async () => {
	const kept = [
		'.app.db-litestream.for',
		'.app.db-litestream.before/ltx/0/1.ltx',
		'.app.db-litestream.damaged/1',
	];
	expect(await check([...own, ...kept])).toEqual({status: 'proved', detail: 'only the database'});
});

test('an upload is, and so is a second database with its state', async () => {
	expect(await check([...own, 'a.png', 'other.db', '.other.db-litestream/1'])).toMatchObject({
		status: 'could-not-tell',
		detail: 'not replicated: /data/a.png, /data/other.db, /data/.other.db-litestream/1',
	});
});
