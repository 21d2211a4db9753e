import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {FaultName} from '../../source/rehearsal/engine/faults.ts';
import type {Machine} from '../../source/rehearsal/world/world.ts';
import {runEngine} from '../kill/engine.ts';
import {openComputer} from '../kill/open-computer.ts';
import {createDirector} from '../kill/scheduler.ts';
import {findSetting} from '../kill/settings.ts';
import {describeEnd, openSetup, type Setup} from './faulty-setup.ts';

let setup: Setup;
beforeEach(async () => {
	setup = openSetup();
	expect(describeEnd(await setup.run())).toBe('0');
	await setup.wait(900_000);
});
afterEach(() => setup.close());

const loseJournal = () => rmSync(join(setup.stateFolder, 'journal.json'));
const theMachine = (): Machine => {
	const [machine] = setup.world.machines;
	if (!machine) throw new Error('no machine');
	return machine;
};

/** Runs the setup and expects that it ends before any change. */
async function expectRefusal(code: string, more: readonly string[] = [], fault?: FaultName): Promise<string> {
	const [before, files] = [setup.changes(), setup.state()];
	const end = await setup.run(fault ? [{command: 'machine exec', fault}] : [], more);
	if (end.is !== 'failed') throw new Error(`It did not fail: ${JSON.stringify(end)}`);
	const {failure} = end;
	expect({code: failure.code, exit: failure.exit}).toEqual({code, exit: 'refused'});
	expect(failure.hint).toContain('Nothing was changed.');
	expect(setup.changes()).toEqual(before);
	expect(setup.state()).toEqual(files);
	return `${failure.message}\n${failure.hint}`;
}

test.each([
	['a prefix', ['--prefix', 'elsewhere'], 'replica-would-move', 's3://blog-1-store/elsewhere'],
	['a bucket', ['--bucket', 'other-store'], 'replica-would-move', '--bucket blog-1-store --prefix blog-1'],
	['an endpoint', ['--endpoint', 'https://t3.storage.dev'], 'replica-would-move', 'fly.storage.tigris.dev'],
	['a domain', ['--domain', 'none'], 'domain-would-change', '--domain blog.example.com'],
	['a region', ['--region', 'fra'], 'region-would-change', '--region sjc'],
] as const)(
	'without a journal, another value moves nothing of a running app: %s',
	async (_, more, code, says) => {
		loseJournal();
		expect(await expectRefusal(code, more)).toContain(says);
		// The same with what phxfly remembers.
		expect(describeEnd(await setup.run())).toBe('0');
		expect(await expectRefusal(code, more)).toContain(says);
	},
);

test('without a journal, both at once move nothing, as they are on a fresh runner', async () => {
	loseJournal();
	await expectRefusal('replica-would-move', ['--domain', 'none', '--prefix', 'elsewhere']);
});

test('without a journal, the same answers set up again what is there', async () => {
	loseJournal();
	const wanted = setup.state();
	expect(describeEnd(await setup.run())).toBe('0');
	await setup.wait(900_000);
	expect(setup.state()).toEqual(wanted);
});

test('a value changed by hand counts more than the journal', async () => {
	for (const secret of theMachine().secrets)
		if (secret.name === 'LITESTREAM_REPLICA_URL') secret.value = 's3://moved-by-hand/blog-1';
	expect(await expectRefusal('replica-would-move')).toContain('s3://moved-by-hand/blog-1');
});

test('a volume larger than the answer: exit 9 with its size', async () => {
	for (const volume of setup.world.volumes) volume.size_gb = 3;
	expect(await expectRefusal('volume-would-shrink')).toContain('--volume-size 3');
	expect(describeEnd(await setup.run([], ['--volume-size', '3']))).toBe('0');
});

test('without the variable, the literal place in the image of the machine decides', async () => {
	loseJournal();
	const machine = theMachine();
	machine.secrets = machine.secrets.filter(({name}) => name !== 'LITESTREAM_REPLICA_URL');
	const write = (url: string) => {
		machine.litestreamYml = `dbs:\n  - path: /data/x.db\n    replicas:\n      - url: ${url}\n        endpoint: $LITESTREAM_ENDPOINT\n`;
	};
	write('s3://blog-1-store/older');
	expect(await expectRefusal('replica-would-move')).toContain('s3://blog-1-store/older');
	write('gs://blog-1-store/blog-1');
	expect(await expectRefusal('live-not-readable')).toContain('plain s3://');
	machine.litestreamYml = 'dbs: [';
	await expectRefusal('live-not-readable');
	write('s3://blog-1-store/blog-1');
	expect(describeEnd(await setup.run())).toBe('0');
});

test.each(['stopped', 'suspended'])(
	'a machine that is %s: exit 9 with the command that starts it',
	async state => {
		loseJournal();
		theMachine().state = state as Machine['state'];
		expect(await expectRefusal('machine-not-started')).toContain(
			`fly machine start ${theMachine().id} -a blog-1`,
		);
	},
);

test('a machine stopped by hand: exit 9 although the journal knows the values', async () => {
	theMachine().state = 'stopped';
	await expectRefusal('machine-not-started');
	setup.world.machines.length = 0;
	for (const volume of setup.world.volumes) volume.attached_machine_id = null;
	loseJournal();
	expect(await expectRefusal('machine-not-started')).toContain('fly deploy -a blog-1 --ha=false');
});

test.each(['5xx', 'garbage', 'half-json', 'other-case', 'empty-list', 'logged-out'] as const)(
	'an answer of the machine that is %s: exit 9, with and without a journal',
	async fault => {
		await expectRefusal('live-not-readable', [], fault);
		loseJournal();
		expect(await expectRefusal('live-not-readable', [], fault)).toContain('fly machine exec');
	},
);

/** Leaves what a deploy leaves whose app crashes when it starts. */
function crash(wasFirst: boolean): void {
	const {releases} = setup.world;
	const [newest] = releases;
	if (!newest) throw new Error('no release');
	if (wasFirst) newest.status = 'failed';
	else releases.push({...newest, id: 'rel_crashed', version: newest.version + 1, status: 'failed'});
	theMachine().state = 'stopped';
}

test('a deploy that crashed is repaired with the journal, and only with the values it set', async () => {
	crash(false);
	await expectRefusal('replica-would-move', ['--prefix', 'elsewhere']);
	await expectRefusal('domain-would-change', ['--domain', 'none']);
	expect(describeEnd(await setup.run())).toBe('0');
	expect(theMachine().state).toBe('started');

	crash(false);
	const replica = setup.world.secrets.find(({name}) => name === 'LITESTREAM_REPLICA_URL');
	if (replica) replica.sha256 = replica.sha256.replaceAll(/\w/g, '0');
	await expectRefusal('machine-not-started');
});

test('a deploy that crashed: the message on a fresh runner names how to ship the fix', async () => {
	crash(false);
	loseJournal();
	expect(await expectRefusal('machine-not-started')).toContain('fly deploy -a blog-1 --ha=false');
});

test('a first deploy that crashed is repaired without a journal: the app has never run', async () => {
	crash(true);
	loseJournal();
	expect(describeEnd(await setup.run())).toBe('0');
	expect(theMachine().state).toBe('started');
});

test('an app of the profile phoenix stays in its region, with and without a journal', async () => {
	const computer = await openComputer(findSetting('phoenix'));
	try {
		const run = (...more: readonly string[]) =>
			runEngine({...computer, argv: [...computer.argv, ...more]}, createDirector());
		expect(describeEnd(await run())).toBe('0');
		for (const hasJournal of [true, false]) {
			if (!hasJournal) rmSync(join(computer.stateFolder, 'journal.json'));
			const [flyToml, calls] = [computer.files.get('fly.toml'), computer.account.world.calls];
			const before = calls.filter(({mutates}) => mutates).length;
			const end = await run('--region', 'fra');
			expect(end).toMatchObject({is: 'failed', failure: {code: 'region-would-change', exit: 'refused'}});
			expect(computer.files.get('fly.toml')).toBe(flyToml);
			expect(calls.filter(({mutates}) => mutates)).toHaveLength(before);
		}

		expect(describeEnd(await run())).toBe('0');
	} finally {
		computer.close();
	}
});
