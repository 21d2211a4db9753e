import {afterEach, beforeEach, expect, test} from 'vitest';
import {describeEnd, openSetup, type Setup} from './faulty-setup.ts';

let setup: Setup;
beforeEach(() => {
	setup = openSetup();
});
afterEach(() => setup.close());

const failureOf = async (run: ReturnType<Setup['run']>) => {
	const end = await run;
	if (end.is !== 'failed') throw new Error(`It did not fail: ${JSON.stringify(end)}`);
	const {code, exit, message, hint} = end.failure;
	return {code, exit, text: `${message}\n${hint}`};
};
const finish = async () => {
	expect(describeEnd(await setup.run())).toBe('0');
	await setup.wait(900_000);
};
const countOf = (words: string) => setup.changes().filter(change => change === words).length;
const only = <T>(list: readonly T[]): T => {
	const [first] = list;
	if (first === undefined || list.length !== 1) throw new Error(`${list.length} instead of one`);
	return first;
};

test('a token without access: reads known volumes one by one, and creates nothing twice', async () => {
	await finish();
	const before = setup.state();
	const blind = ['volumes list', 'certs list'].map(command => ({command, fault: 'empty-list' as const}));
	await setup.run(blind);
	expect(countOf('volumes create')).toBe(1);
	expect(setup.world.calls.some(({argv}) => argv.slice(0, 2).join(' ') === 'volumes show')).toBe(true);
	for (const command of ['secrets list', 'ips list']) {
		const failure = await failureOf(setup.run([{command, fault: 'empty-list'}]));
		expect(failure).toMatchObject({code: 'list-not-believed', exit: 'drift'});
		expect(failure.text).toMatch(/returned no (secrets|addresses).*phxfly forget/s);
	}
	expect(setup.state()).toEqual(before);
});

test('a passing empty list: asks again, and the setup continues', async () => {
	await finish();
	const made = setup.changes().length;
	for (const command of ['secrets list', 'ips list', 'certs list', 'machine list', 'releases', 'status']) {
		const next = setup.world.calls.filter(({argv}) => argv.join(' ').startsWith(command)).length + 1;
		expect([command, describeEnd(await setup.run([{command, fault: 'empty-list', on: next}]))]).toEqual([
			command,
			command === 'status' ? 'flyctl-not-understood' : '0',
		]);
	}
	expect(
		setup
			.changes()
			.slice(made)
			.filter(change => change !== 'secrets sync'),
	).toEqual([]);
});

test('a volume that Fly moved to another host: takes the new id, and creates nothing', async () => {
	await finish();
	const volume = only(setup.world.volumes);
	volume.id = 'vol_00000000migrated';
	volume.state = 'hydrating';
	await finish();
	expect(countOf('volumes create')).toBe(1);
	volume.state = 'created';
	await finish();
	expect(countOf('volumes create')).toBe(1);
});

test('a volume that is being destroyed: creates a new one', async () => {
	await setup.run([{command: 'deploy', fault: 'logged-out'}]);
	only(setup.world.volumes).state = 'pending_destroy';
	await finish();
	expect(setup.world.volumes.map(({state}) => state).sort()).toEqual(['created', 'pending_destroy']);
	expect(countOf('volumes create')).toBe(2);
});

test('a volume stranded on a full host: prints the command that recreates it, and destroys nothing', async () => {
	const {code, exit, text} = await failureOf(setup.run([{command: 'deploy', fault: 'no-room'}]));
	const {id} = only(setup.world.volumes);
	expect({code, exit}).toEqual({code: 'volume-stranded', exit: 'drift'});
	expect(text).toContain(`fly volumes destroy ${id} -a blog-1`);
	expect(text).toContain('The app never ran');
	expect(countOf('volumes destroy')).toBe(0);
	setup.world.volumes.length = 0;
	await finish();
	expect(setup.world.volumes).toHaveLength(1);
});

test('a full host of an app that ran does not strand the volume', async () => {
	await finish();
	const {code} = await failureOf(setup.run([{command: 'deploy', fault: 'no-room'}], ['--redeploy']));
	expect(code).toBe('no-capacity');
});

test('machines that Fly doubled on its own: exit 6, which has the volume, and the command', async () => {
	await setup.run([{command: 'deploy', fault: 'machine-twin'}]);
	const {code, exit, text} = await failureOf(setup.run());
	const attachedTo = only(setup.world.volumes).attached_machine_id;
	const duplicate = setup.world.machines.find(({id}) => id !== attachedTo);
	expect({code, exit}).toEqual({code: 'several-machines', exit: 'drift'});
	expect(text).toContain(`Machine ${attachedTo} has the volume`);
	expect(text).toContain(`fly machine destroy ${duplicate?.id} --force -a blog-1`);
	expect(setup.world.machines).toHaveLength(2);
	setup.world.machines = setup.world.machines.filter(({id}) => id === attachedTo);
	await finish();
});

test('two volumes that could be ours: exit 7, both ids, and the commands', async () => {
	await setup.run([
		{command: 'volumes create', fault: 'lost'},
		{command: 'deploy', fault: 'logged-out'},
	]);
	const [volume] = setup.world.volumes;
	if (!volume) throw new Error('no volume');
	setup.close();
	setup = openSetup();
	await setup.run([{command: 'volumes create', fault: 'logged-out'}]);
	for (const id of ['vol_0000000000000001', 'vol_0000000000000002'])
		setup.world.volumes.push({...volume, id});
	const failure = await failureOf(setup.run());
	expect(failure).toMatchObject({code: 'two-candidates', exit: 'ambiguous'});
	expect(failure.text).toMatch(
		/vol_0+1, vol_0+2.*fly volumes destroy vol_0+1 -a blog-1, or fly volumes destroy vol_0+2 -a blog-1/s,
	);
	expect(setup.world.volumes).toHaveLength(2);
});

test('another account than before: stops before any change', async () => {
	await finish();
	const made = setup.changes().length;
	setup.world.account.email = 'somebody@else.example';
	expect(await failureOf(setup.run())).toMatchObject({code: 'another-account', exit: 'refused'});
	expect(setup.changes()).toHaveLength(made);
});

test('a domain with a certificate on another app; an app in another organization', async () => {
	const taken = await failureOf(setup.run([], ['--domain', 'www.owned.elsewhere.com']));
	expect(taken).toMatchObject({code: 'host-on-another-app', exit: 'usage'});
	setup.close();
	setup = openSetup();
	await setup.run([{command: 'volumes create', fault: 'logged-out'}]);
	setup.world.apps = setup.world.apps.map(app => ({...app, org: 'somebody-else'}));
	const elsewhere = await failureOf(setup.run());
	expect(elsewhere).toMatchObject({code: 'app-in-another-org', exit: 'usage'});
});

test('an app that was destroyed by hand: recreates it with everything it had', async () => {
	await finish();
	const wanted = setup.state();
	const {world} = setup;
	for (const list of [
		world.apps,
		world.volumes,
		world.secrets,
		world.buckets,
		world.certificates,
	] as unknown[][])
		list.length = 0;
	for (const list of [world.addresses, world.machines, world.releases, world.dns] as unknown[][])
		list.length = 0;
	await finish();
	expect(setup.state()).toEqual(wanted);
});

test('a random mix of faults over many runs: succeeds, with nothing twice', {
	timeout: 300_000,
}, async () => {
	await finish();
	const wanted = setup.state();
	for (let seed = 1; seed <= 8; seed++) {
		setup.close();
		setup = openSetup();
		const faults = (['5xx', 'reset', 'lost', 'garbage', 'half-json', 'rate-limit', 'hang'] as const).map(
			(fault, index) => ({command: '', fault, probability: 0.03, seed: seed * 100 + index}),
		);
		let end = '';
		for (let run = 0; run < 30 && end !== '0'; run++) {
			end = describeEnd(await setup.run(faults));
			await setup.wait(60_000);
		}
		if (end !== '0') end = describeEnd(await setup.run());
		await setup.wait(900_000);
		expect([seed, end]).toEqual([seed, '0']);
		expect(setup.state()).toEqual(wanted);
	}
});
