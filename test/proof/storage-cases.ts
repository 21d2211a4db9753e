import {setTimeout as wait} from 'node:timers/promises';
import {storageSecrets, user} from '../helpers/storage-secrets.ts';
import {ask, askOnly, type ProofCase} from './case.ts';
import {soon} from './healthy-cases.ts';
import {listKeys, type Scene} from './scene.ts';

/** Objects of single changes, not snapshots. */
const changes = /\/0000\/[\da-f-]+\.ltx$|\/wal\/.*\.lz4$/;
const snapshots = /\/0009\/|\/snapshots\//;

const idle = async (scene: Scene, rows = 100) => {
	await scene.start();
	await scene.write(rows);
	await scene.settle();
};

const change = (scene: Scene, key: string | undefined, edit: (body: Buffer) => Buffer) => {
	const object = scene.objects().get(key ?? '');
	if (!key || !object) throw new Error('There is no such object.');
	scene.objects().set(key, {...object, body: edit(Buffer.from(object.body))});
};

const flip = (body: Buffer) => {
	const at = Math.floor(body.length / 2);
	body.writeUInt8(body.readUInt8(at) ^ 0xff, at);
	return body;
};

/** What happens to the storage, its keys, and its objects. */
export const storageCases: readonly ProofCase[] = [
	{
		name: 'the newest object deleted',
		heals: true,
		right: ['wrong deleted-object'],
		run: async scene => {
			await idle(scene);
			scene.objects().delete(listKeys(scene.objects(), changes).at(-1) ?? '');
		},
	},
	{
		name: 'a middle object deleted',
		heals: true,
		right: [['proved', 'wrong deleted-object'], ['wrong deleted-object']],
		run: async scene => {
			await idle(scene, 200);
			const keys = listKeys(scene.objects(), changes);
			scene.objects().delete(keys[Math.floor(keys.length / 2)] ?? '');
		},
	},
	{
		name: 'the snapshots deleted',
		heals: true,
		right: [['proved', 'wrong deleted-object'], ['wrong deleted-object']],
		run: async scene => {
			await idle(scene);
			for (const key of listKeys(scene.objects(), snapshots)) scene.objects().delete(key);
		},
	},
	{
		name: 'the bucket emptied',
		heals: true,
		right: ['wrong empty-bucket'],
		run: async scene => {
			await idle(scene);
			scene.objects().clear();
		},
	},
	{
		name: 'the bucket emptied, the app continues to write',
		right: ['wrong deleted-object', 'wrong empty-bucket'],
		run: async scene => {
			await scene.start();
			await scene.write(50);
			scene.objects().clear();
			await wait(2500);
		},
	},
	{
		name: 'one byte of every object changed',
		heals: true,
		right: ['wrong damaged-object'],
		run: async scene => {
			await idle(scene);
			for (const key of listKeys(scene.objects(), /./)) change(scene, key, flip);
		},
	},
	{
		name: 'the last object cut short',
		right: ['wrong damaged-object', 'wrong second-writer', 'wrong deleted-object'],
		run: async scene => {
			await idle(scene);
			change(scene, listKeys(scene.objects(), changes).at(-1), body => body.subarray(0, body.length / 2));
		},
	},
	{
		name: 'the replica renamed away',
		heals: true,
		right: ['wrong empty-bucket'],
		run: async scene => {
			await idle(scene);
			for (const [key, object] of [...scene.objects()]) {
				scene.objects().delete(key);
				scene.objects().set(key.replace(/^blog\//, 'away/'), object);
			}
		},
	},
	{
		name: 'the bucket put back to an older state, rows changed since',
		right: [
			['wrong deleted-object', 'wrong another-history'],
			['wrong deleted-object', 'wrong behind-and-not-arriving'],
		],
		run: async scene => {
			await idle(scene);
			const before = new Map(scene.objects());
			scene.sql("UPDATE posts SET body = 'changed' WHERE id < 5");
			await scene.settle();
			scene.objects().clear();
			for (const [key, object] of before) scene.objects().set(key, object);
		},
	},
	{
		name: "another app's replica under this one's name",
		right: [
			['wrong second-writer', 'wrong another-history', 'wrong bucket-ahead', 'wrong deleted-object'],
			['wrong second-writer', 'wrong bucket-ahead', 'wrong deleted-object', 'wrong behind-and-not-arriving'],
		],
		run: async scene => {
			await idle(scene);
			const other = scene.openOther();
			other.start(storageSecrets(scene.server, 'store-2'));
			for (let rows = 0; rows < 120; rows = other.acknowledged().length) await wait(50);
			other.pause(true);
			await wait(3000);
			const foreign = new Map(scene.server.buckets.get('store-2'));
			scene.objects().clear();
			for (const [key, object] of foreign) scene.objects().set(key, object);
		},
	},
	{
		name: 'the secret key changed at the storage',
		sample: ['0.3', '0.5'],
		right: ['wrong credentials'],
		run: async scene => {
			await scene.start();
			scene.users[0] = {...user, secret: 'rotated'};
			return [await askOnly(scene)];
		},
	},
	{
		name: 'the key deleted at the storage',
		right: ['wrong credentials'],
		run: async scene => {
			await scene.start();
			scene.users.length = 0;
			return [await askOnly(scene)];
		},
	},
	{
		name: 'the key may read and no longer write',
		right: [
			['wrong credentials', 'wrong behind-and-not-arriving'],
			['wrong credentials', 'wrong behind-and-not-arriving'],
		],
		run: async scene => {
			await scene.start();
			scene.users[0] = {...user, rights: ['list', 'read']};
			await scene.write(100);
		},
	},
	{
		name: 'the bucket deleted',
		right: ['wrong no-bucket'],
		run: async scene => {
			await scene.start();
			scene.server.buckets.delete('store-1');
			return [await askOnly(scene)];
		},
	},
	{
		name: 'the storage accepts and does not respond',
		right: [
			['could-not-tell storage-silent'],
			['could-not-tell storage-silent', 'could-not-tell restore-too-long'],
		],
		run: async scene => {
			await scene.start();
			scene.server.behaviour.delayMs = 3_600_000;
			return [await askOnly(scene)];
		},
	},
	{
		name: 'the storage closes every connection in the middle',
		right: [
			['could-not-tell unexplained', 'not-yet sync', 'could-not-tell storage-silent'],
			['could-not-tell unexplained'],
		],
		run: async scene => {
			await scene.start();
			scene.server.behaviour.breaksOff = true;
			return [await askOnly(scene)];
		},
	},
	{
		name: 'the storage throttles every request',
		right: [
			['not-yet sync', 'could-not-tell unexplained', 'could-not-tell storage-silent'],
			['could-not-tell unexplained', 'could-not-tell restore-too-long'],
		],
		run: async scene => {
			await scene.start();
			scene.server.behaviour.throttled = 1_000_000;
			return [await askOnly(scene)];
		},
	},
	{
		name: 'nothing listens at the endpoint',
		right: [['wrong endpoint', 'could-not-tell storage-silent'], ['wrong endpoint']],
		run: async scene => {
			await scene.start();
			await scene.server.close();
			return [await askOnly(scene)];
		},
	},
	{
		name: "the storage's clock is an hour ahead",
		right: [['proved'], ['wrong clock']],
		run: async scene => {
			await scene.start();
			scene.server.behaviour.skewMs = 3_600_000;
			return [await askOnly(scene)];
		},
	},
	{
		name: 'one byte of the newest object changed',
		settings: soon,
		right: [['wrong damaged-object', 'wrong deleted-object', 'proved'], ['wrong damaged-object']],
		run: async scene => {
			await idle(scene);
			change(scene, listKeys(scene.objects(), changes).at(-1), flip);
			return [await ask(scene)];
		},
	},
];
