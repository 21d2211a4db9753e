import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {type ProviderId, providerAnswers, rehearseArgs} from '../helpers/answers.ts';
import {findLongestChain} from '../helpers/longest-chain.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {type Ended, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const sharedNames = [
	'LITESTREAM_ENDPOINT',
	'LITESTREAM_REGION',
	'LITESTREAM_REPLICA_URL',
	'PHX_HOST',
	'SECRET_KEY_BASE',
];
const keyNames = ['LITESTREAM_ACCESS_KEY_ID', 'LITESTREAM_SECRET_ACCESS_KEY'];
const tigrisNames = [
	'AWS_ACCESS_KEY_ID',
	'AWS_ENDPOINT_URL_S3',
	'AWS_REGION',
	'AWS_SECRET_ACCESS_KEY',
	'BUCKET_NAME',
];
const secretNames = {
	tigris: [...sharedNames, ...tigrisNames].sort(),
	s3: [...sharedNames, ...keyNames].sort(),
	r2: [...sharedNames, ...keyNames].sort(),
} satisfies Record<ProviderId, readonly string[]>;

describe.each(['tigris', 's3', 'r2'] as const)('the unattended rehearsal with %s', provider => {
	const {env} = providerAnswers[provider];
	const args = rehearseArgs(provider === 'tigris' ? 20 : 50, provider);
	let rehearsal: Rehearsal;
	let first: Ended;

	beforeAll(async () => {
		rehearsal = openRehearsal();
		first = await rehearsal.run(args, {env});
	});
	afterAll(() => rehearsal.close());

	test('prints only JSON lines, the last one finished, and ends with 0', () => {
		expect(first.strayLines).toEqual([]);
		expect(first.stderr).toBe('');
		expect(first.events.at(-1)).toMatchObject({type: 'finished', exit: 0, url: 'https://blog-1.fly.dev'});
		expect(first.events.filter(({type}) => type === 'finished')).toHaveLength(1);
		expect(first.exit).toBe(0);
	});

	test('leaves one of each thing, the volume attached, each secret once', () => {
		const world = normaliseWorld(rehearsal.world());
		expect(world).toMatchObject({
			apps: [{name: 'blog-1', org: 'personal'}],
			volumes: [{name: 'wisp_data', region: 'sjc', sizeGb: 1, isAttached: true}],
			buckets: provider === 'tigris' ? [{app: 'blog-1', name: 'blog-1-store', isPublic: false}] : [],
			certificates: [{hostname: 'blog.example.com', status: 'active'}],
			addresses: [{type: 'shared_v4'}, {type: 'v6'}],
			machines: [
				{state: 'started', region: 'sjc', mounts: [{path: '/data', name: 'wisp_data'}], isLeased: false},
			],
			newestReleases: [{status: 'complete'}],
			probes: [],
		});
		expect(world.secrets).toEqual(
			secretNames[provider].map(name => ({app: 'blog-1', name, status: 'Deployed'})),
		);
		expect(world.machines.flatMap(({secrets}) => secrets)).toEqual(
			secretNames[provider].map(name => ({name, isCurrent: true})),
		);
	});

	test('lets steps overlap: it takes at most 1.05 times its longest chain of needs and locks', () => {
		const {chainSeconds, elapsedSeconds, sumSeconds} = findLongestChain(first.events);
		expect(elapsedSeconds).toBeLessThanOrEqual(chainSeconds * 1.05);
		// Were everything one chain, the line above would say nothing.
		expect(chainSeconds * 1.05).toBeLessThan(sumSeconds);
	});

	test('run again changes nothing and ends with 0', async () => {
		const before = rehearsal.world();
		const again = await rehearsal.run(args, {env});
		const after = rehearsal.world();
		expect(again.exit).toBe(0);
		expect(again.events.at(-1)).toMatchObject({type: 'finished', exit: 0});
		expect(after.calls.length).toBeGreaterThan(before.calls.length);
		expect(after.calls.slice(before.calls.length).filter(({mutates}) => mutates)).toEqual([]);
		expect(normaliseWorld(after)).toEqual(normaliseWorld(before));
		expect(after.secrets).toEqual(before.secrets);
	});
});
