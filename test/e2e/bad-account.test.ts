import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {answerFlags} from '../helpers/answers.ts';
import {type Ended, openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const args = (...more: readonly string[]) => [
	...[
		'rehearse',
		'--yes',
		'--json',
		'--speed',
		'1000',
		...answerFlags(),
		'--world',
		'w.json',
		'--wait',
		'1000h',
		...more,
	],
];

let rehearsal: Rehearsal;
beforeEach(async () => {
	rehearsal = openRehearsal();
	// Makes the world, so that something can be in it before the first run.
	expect((await rehearsal.run(['plan', '--rehearse', ...args().slice(3)])).exit).toBe(0);
});
afterEach(() => rehearsal.close());

async function expectRefusal(
	running: Promise<Ended>,
	wanted: {exit: number; code: string; says: RegExp; hints: RegExp},
) {
	const before = rehearsal.world();
	const {exit, events, strayLines} = await running;
	expect(strayLines).toEqual([]);
	const [failed, finished] = events.slice(-2);
	expect(failed).toMatchObject({type: 'failed', code: wanted.code});
	expect(failed?.message).toMatch(wanted.says);
	expect(failed?.hint).toMatch(wanted.hints);
	expect(finished).toMatchObject({type: 'finished', exit: wanted.exit});
	expect(exit).toBe(wanted.exit);
	const after = rehearsal.world();
	return {before, after, made: after.calls.slice(before.calls.length).filter(({mutates}) => mutates)};
}

/** Runs until the step has ended well, and no further. */
async function expectStep(
	id: string,
	statuses: readonly string[],
	...more: readonly string[]
): Promise<void> {
	const running = rehearsal.start(args(...more));
	await running.untilEvent(
		event => event.type === 'step-changed' && event.id === id && statuses.includes(event.status ?? ''),
	);
	running.kill('SIGKILL');
	await running.ended;
}

const fly = async (...words: readonly string[]) => expect((await rehearsal.fly(...words)).stderr).toBe('');

test('7: an app not known to be ours; --adopt adopts it', async () => {
	await fly('apps', 'create', 'blog-1', '--org', 'personal');
	const {made, before, after} = await expectRefusal(rehearsal.run(args()), {
		...{exit: 7, code: 'app-not-known', says: /blog-1 already exists.*machines/, hints: /--adopt.*--app/},
	});
	expect(made).toEqual([]);
	expect(after.apps).toEqual(before.apps);

	await expectStep('create-app', ['already-done'], '--adopt');
	// Once taken over it is known.
	await expectStep('create-app', ['already-done']);
	expect(rehearsal.world().apps).toHaveLength(1);
});

test('6: a volume in another region; 2: a smaller size than it has', async () => {
	await fly('apps', 'create', 'blog-1', '--org', 'personal');
	await fly('volumes', 'create', 'wisp_data', '-a', 'blog-1', '-r', 'fra', '-s', '3', '--yes', '--json');
	const elsewhere = await expectRefusal(rehearsal.run(args('--adopt')), {
		...{
			exit: 6,
			code: 'volume-in-another-region',
			says: /vol_\w+.* is in fra, not in sjc/,
			hints: /--region fra/,
		},
	});
	expect(elsewhere.made).toEqual([]);

	const smaller = await expectRefusal(
		rehearsal.run(args('--adopt', '--region', 'fra', '--volume-size', '2')),
		{
			...{
				exit: 2,
				code: 'volume-cannot-shrink',
				says: /has 3 GB and cannot shrink to 2/,
				hints: /--volume-size 3/,
			},
		},
	);
	expect(smaller.made).toEqual([]);

	await expectStep('create-volume', ['already-done'], '--adopt', '--region', 'fra', '--volume-size', '3');
	expect(rehearsal.world().volumes).toMatchObject([{region: 'fra', size_gb: 3}]);
});

test('2: an app name that is taken: nothing is created, no file is written, another name continues', async () => {
	const files = readTree(join(rehearsal.stateFolder(), 'project'));
	const taken = await expectRefusal(rehearsal.run(args('--app', 'taken-blog')), {
		...{exit: 2, code: 'name-taken', says: /taken/, hints: /--app NAME/},
	});
	expect(taken.made).toEqual([]);
	expect(taken.after).toMatchObject({apps: [], volumes: [], secrets: [], buckets: [], addresses: []});
	expect(readTree(join(rehearsal.stateFolder(), 'project'))).toEqual(files);
	await expectStep('create-app', ['done']);
	expect(rehearsal.world().apps).toMatchObject([{name: 'blog-1'}]);
});

test('9: a mail key that Resend does not know: nothing is created and it is not shown; another key continues', async () => {
	const key = 'nokey_canaryT4mB9qW2';
	const withKey = () =>
		rehearsal.run(
			args().filter(word => word !== '--no-mail'),
			{env: {RESEND_API_KEY: key}},
		);
	const refused = await expectRefusal(withKey(), {
		...{exit: 9, code: 'mail-key-refused', says: /Resend does not recognize/, hints: /--no-mail/},
	});
	expect(refused.made).toEqual([]);
	expect(JSON.stringify(refused.after)).not.toContain(key);
	const {exit, stdout, stderr} = await withKey();
	expect(exit).toBe(9);
	expect(stdout + stderr).not.toContain(key);
	await expectStep('create-app', ['done']);
});

test('2: a bucket name that is taken: the siblings finish, no deploy; another name continues', async () => {
	const taken = await expectRefusal(rehearsal.run(args('--bucket', 'taken-store')), {
		...{exit: 2, code: 'bucket-name-taken', says: /bucket name is taken/, hints: /--bucket NAME/},
	});
	expect(taken.after).toMatchObject({buckets: [], machines: [], releases: []});
	expect(taken.after.volumes).toHaveLength(1);
	expect(taken.after.addresses).toHaveLength(2);
	await expectStep('create-bucket', ['done']);
	const world = rehearsal.world();
	expect(world.buckets).toMatchObject([{name: 'blog-1-store'}]);
	expect(world.volumes).toHaveLength(1);
});
