import {renameSync} from 'node:fs';
import type {Scene} from './scene.ts';
import type {Truth} from './truth.ts';

/** A verdict as the tests write it: `proved`, or the status and the cause. */
export type Answer = string;

export type ProofCase = {
	readonly name: string;
	/** More lines for litestream.yml. */
	readonly settings?: string;
	/** The only release that it is about. */
	readonly only?: '0.3' | '0.5';
	/** Nothing is wrong, so `wrong` would be an accusation. */
	readonly isHealthy?: boolean;
	/** Releases with which it is in the sample of `npm test`, one case for each kind of verdict. */
	readonly sample?: readonly ('0.3' | '0.5')[];
	/** The next command, carried out, brings the replica back. */
	readonly heals?: boolean;
	/** Answers that are right. `[0.5, 0.3]` when the releases differ. */
	readonly right: readonly Answer[] | readonly [readonly Answer[], readonly Answer[]];
	/** Brings it about, and asks. Most cases only set the scene, and the default asks. */
	run(scene: Scene): Promise<undefined | readonly Outcome[]>;
};

export type Outcome = {
	readonly answer: Answer;
	/** `undefined` where a restore would say nothing, since the writing continues or the storage is away. */
	readonly truth: Truth | undefined;
};

/** Asks, then stops the writing and compares every row. */
export async function ask(scene: Scene, app = scene.app): Promise<Outcome> {
	const answer = await scene.prove(app);
	app.pause(true);
	if (answer === 'proved') await scene.settle();
	return {answer, truth: await scene.truth(app)};
}

/** Asks without a comparison. */
export const askOnly = async (scene: Scene, app = scene.app): Promise<Outcome> => ({
	answer: await scene.prove(app),
	truth: undefined,
});

/**
Carries out the next command that the last answer named: moves the WAL aside, restarts the machine, else starts a new replica under the prefix that it names.

@returns What helped; `undefined` when nothing did.
*/
export async function heal(scene: Scene): Promise<'restart' | 'new prefix' | undefined> {
	const readHint = () => scene.said()?.hint ?? '';
	const isStuck = scene.said()?.detail.startsWith('stopped-process') ?? false;
	const restart = async () => {
		for (const [, from = '', to = ''] of readHint().matchAll(/mv (\S+-(?:wal|shm)) ([^\s;"]+)/g))
			renameSync(from, to);
		// Fly ends what does not listen to SIGTERM, and what takes longer than a minute: Litestream 0.5 tries a final sync for more than 30 s.
		if (!isStuck) await scene.app.stop().catch(() => undefined);
		await scene.app.kill();
		scene.app.pause(false);
		await scene.start();
		await scene.settle();
		return (await ask(scene)).truth === 'equal' && scene.said()?.status === 'proved';
	};
	if (readHint().includes('fly machine restart') && (await restart())) return 'restart';
	// What the check says after a restart that did not help counts.
	const [, url] = /LITESTREAM_REPLICA_URL=(\S+)/.exec(readHint()) ?? [];
	if (url === undefined) return undefined;
	scene.variables.LITESTREAM_REPLICA_URL = url;
	return (await restart()) ? 'new prefix' : undefined;
}
