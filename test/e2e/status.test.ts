import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import type {Rehearsal} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeAll(async () => {
	rehearsal = await openFinished('tigris');
});
afterAll(() => rehearsal.close());

const common = ['--rehearse', '--speed', '1000', '--world', 'w.json'];
const status = (...args: readonly string[]) => rehearsal.run(['status', ...common, ...args]);
const mutating = () => rehearsal.world().calls.filter(({mutates}) => mutates).length;

test('after a setup nothing differs; every thing is listed with its id, and what it costs', async () => {
	const before = mutating();
	const {exit, events, strayLines} = await status('--json');
	const {machines, volumes} = rehearsal.world();
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	expect(events.map(({type}) => type)).toEqual(['finished']);
	expect(events[0]).toMatchObject({
		url: 'https://blog-1.fly.dev',
		resources: expect.arrayContaining([
			{kind: 'app', id: 'blog-1', detail: 'in personal, deployed'},
			{kind: 'machine', id: machines[0]?.id, detail: expect.stringContaining('$6.79/month')},
			{kind: 'volume', id: volumes[0]?.id, detail: expect.stringContaining(`on ${machines[0]?.id}`)},
			{kind: 'cost', id: expect.stringMatching(/^\d{4}-\d\d$/), detail: 'about $8.30/month'},
		]),
	});
	expect(mutating()).toBe(before);
});

test('a released configuration that cannot be read is named, and is not "nothing differs"', async () => {
	const env = {PHXFLY_FAULTS: JSON.stringify([{command: 'config show', fault: 'app-not-found'}])};
	const ask = (...args: readonly string[]) => rehearsal.run(['status', ...common, ...args], {env});
	const {exit, events} = await ask('--json');
	expect(exit).toBe(1);
	expect(events).toContainEqual(
		expect.objectContaining({
			...{type: 'check-changed', id: 'configuration', status: 'could-not-tell'},
			detail: expect.stringContaining('app not found'),
		}),
	);
	const {stdout} = await ask();
	expect(stdout).toContain('Could not read: configuration.');
	expect(stdout).toContain('Nothing that could be read differs.');
});

test('a change from outside is reported, with the next command, and ends with 6', async () => {
	await rehearsal.fly('volumes', 'create', 'wisp_data', '-a', 'blog-1', '--region', 'sjc', '--yes');
	await rehearsal.fly('certs', 'remove', 'blog.example.com', '--yes', '-a', 'blog-1');
	await rehearsal.fly('secrets', 'set', 'PHX_HOST=x', '--stage', '-a', 'blog-1');
	const before = mutating();
	const other = rehearsal.world().volumes.at(-1)?.id;
	const {exit, events} = await status('--json');
	expect(exit).toBe(6);
	const details = events.flatMap(event =>
		event.type === 'check-changed' ? [`${event.id} ${(event as {detail?: string}).detail}`] : [],
	);
	expect(details).toEqual([
		expect.stringMatching(`^volume ${other}: only here; .*next: fly volumes destroy ${other} -a blog-1`),
		expect.stringMatching(/^certificate blog\.example\.com: only in the journal; .*next: phxfly$/),
		expect.stringMatching(/^secret PHX_HOST: changed; set outside phxfly/),
		expect.stringMatching(/^secret PHX_HOST: changed; .*next: phxfly deploy$/),
	]);
	const {exit: textExit, stdout} = await status();
	expect(textExit).toBe(6);
	expect(stdout).toContain('4 differences:');
	expect(mutating()).toBe(before);
});

test('without a journal it shows the account alone; without an app it names setup', async () => {
	const forgotten = await rehearsal.run(['forget', '--rehearse', '--world', 'w.json']);
	expect(forgotten.exit).toBe(0);
	const {exit, stdout} = await status();
	expect(stdout).toContain('phxfly has no journal for this app');
	expect(stdout).toContain('1 difference:\n  secret PHX_HOST: changed; staged, not deployed yet');
	expect(exit).toBe(6);
	const none = await status('--app', 'nobody-1', '--json');
	expect(none.exit).toBe(1);
	expect(none.events[0]).toMatchObject({type: 'failed', code: 'app-missing'});
});
