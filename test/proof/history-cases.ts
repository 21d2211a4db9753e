import {cp, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {until} from '../helpers/protected-app.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {ask, askOnly, type ProofCase} from './case.ts';
import {soon} from './healthy-cases.ts';
import type {Scene} from './scene.ts';

export const startOther = async (scene: Scene) => {
	const other = scene.openOther();
	other.start(storageSecrets(scene.server), 'foreign');
	await until(() => other.acknowledged().length > 60, {what: `rows of the other\n${other.output()}`});
	return other;
};

const secondWriter = ['wrong second-writer', 'wrong mixed-histories', 'wrong bucket-ahead'];

/** Another history in the bucket: a second writer, a moved replica, an older volume. */
export const historyCases: readonly ProofCase[] = [
	{
		name: 'two writers, both writing, seen from each',
		right: secondWriter,
		run: async scene => {
			await scene.start();
			const other = await startOther(scene);
			await wait(3000);
			return [await askOnly(scene), await askOnly(scene, other)];
		},
	},
	{
		name: 'two writers, both paused, seen from each',
		// With 0.3, a writer whose last object is about as old as the first of ours is the same as an earlier start of this machine. It is
		// silent, and a restore gives this database: `proved` is then right, if the rows are equal.
		right: [
			[...secondWriter, 'wrong deleted-object'],
			[...secondWriter, 'wrong deleted-object', 'proved'],
		],
		run: async scene => {
			await scene.start();
			const other = await startOther(scene);
			await wait(2000);
			other.pause(true);
			scene.app.pause(true);
			await wait(4000);
			return [await ask(scene), await ask(scene, other)];
		},
	},
	{
		name: 'a second machine that only booted, seen from the first',
		right: ['proved', ...secondWriter],
		run: async scene => {
			await scene.start();
			await scene.settle();
			const other = scene.openOther();
			other.pause(true);
			other.start(storageSecrets(scene.server), 'foreign');
			await wait(4000);
		},
	},
	{
		name: 'a replica moved, old local state kept',
		heals: true,
		settings: soon,
		right: [
			['wrong local-state-of-another-replica', 'wrong empty-bucket', 'not-yet sync', 'wrong deleted-object'],
			['proved'],
		],
		run: async scene => {
			await move(scene);
		},
	},
	{
		name: "moved, then reset as Litestream's message advises",
		settings: soon,
		only: '0.5',
		right: [
			'wrong another-history',
			'wrong second-writer',
			'wrong deleted-object',
			'wrong bucket-ahead',
			'proved',
		],
		run: async scene => {
			await move(scene);
			await scene.app.kill();
			await scene.litestream('reset', scene.app.databasePath);
			scene.app.start(storageSecrets(scene.server, 'store-2'), 'foreign');
			await scene.write(40);
			await scene.settle();
		},
	},
	{
		name: 'the volume put back to an older state with its local state',
		right: [
			['proved', 'wrong bucket-ahead'],
			['wrong bucket-ahead', 'wrong other-content'],
		],
		run: async scene => {
			await scene.start();
			await scene.settle();
			await scene.app.stop();
			const volume = dirname(scene.app.databasePath);
			const copy = join(scene.app.folder, 'snapshot');
			await cp(volume, copy, {recursive: true});
			scene.app.pause(false);
			await scene.start();
			await scene.write(100);
			await scene.settle();
			await scene.app.kill();
			await rm(volume, {recursive: true});
			await cp(copy, volume, {recursive: true});
			scene.app.pause(true);
			scene.app.start(storageSecrets(scene.server), 'foreign');
			await wait(3000);
			return [await ask(scene)];
		},
	},
];

/** Moves the replica to an empty bucket under an entrypoint that keeps the old local state. */
async function move(scene: Scene): Promise<void> {
	await scene.start('foreign');
	for (let count = 0; scene.is05 && count < 10; count++) {
		await scene.write(3);
		await scene.litestream(
			...['sync', '-wait', '-socket', join(scene.app.folder, 'litestream.sock'), scene.app.databasePath],
		);
	}

	await wait(3500);
	await scene.app.kill();
	await scene.start('foreign', 'store-2');
	await scene.write(80);
}
