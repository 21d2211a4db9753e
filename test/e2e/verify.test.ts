import {afterAll, beforeAll, expect, test} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import type {Rehearsal} from '../helpers/rehearsal.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
	rehearsal = await openFinished('tigris');
});
afterAll(() => rehearsal.close());

const common = ['--rehearse', '--speed', '400', '--world', 'w.json', '--json'];
const run = (...args: readonly string[]) => rehearsal.run([...args, ...common]);
const mutating = () => rehearsal.world().calls.filter(({mutates}) => mutates).length;

test('verify continues from the journal alone, verifies everything, and changes nothing', async () => {
	const before = mutating();
	const {exit, events, strayLines} = await run('verify');
	const last = new Map(
		events.filter(({type}) => type === 'check-changed').map(({id, status}) => [id, status]),
	);
	expect(new Set(last.values())).toEqual(new Set(['proved']));
	expect(last.size).toBeGreaterThan(8);
	expect(events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect({exit, strayLines}).toEqual({exit: 0, strayLines: []});
	expect(mutating()).toBe(before);
	expect(rehearsal.world().machines[0]?.files).toBeUndefined();
});

test('drill prints size, rows and age; older than --max-age is a failure; nothing is left', async () => {
	const before = mutating();
	const good = await run('drill', '--max-age', '100h');
	const check = good.events.filter(({type}) => type === 'check-changed').map(({status}) => status);
	expect(check).toEqual(['checking', 'proved']);
	expect(good.events.at(-1)).toMatchObject({
		type: 'finished',
		exit: 0,
		resources: [
			{kind: 'replica', id: 'blog-1-store/blog-1', detail: expect.stringMatching(/^56 KB, \d+ seconds old$/)},
			{kind: 'table', id: 'posts', detail: '3 rows'},
			{kind: 'table', id: 'schema_migrations', detail: '1 rows'},
		],
	});
	const old = await run('drill', '--max-age', '1s');
	expect(old.exit).toBe(1);
	expect(old.events.at(-2)).toMatchObject({status: 'wrong', detail: expect.stringContaining('--max-age')});
	expect(mutating()).toBe(before);
	expect(rehearsal.world().machines[0]?.files).toBeUndefined();
});

test('a replica that is gone fails both, and each says so', async () => {
	await rehearsal.fly('secrets', 'unset', 'AWS_SECRET_ACCESS_KEY', '--stage', '-a', 'blog-1');
	await rehearsal.fly('storage', 'destroy', 'blog-1-store', '--yes', '-a', 'blog-1');
	const drill = await run('drill');
	expect(drill.exit).toBe(1);
	expect(drill.events.find(({type}) => type === 'failed')).toMatchObject({code: 'drill-failed'});
	const verify = await run('verify', '--wait', '0s');
	expect(verify.exit).toBe(1);
	expect(verify.events.findLast(({id}) => id === 'replica')).toMatchObject({
		status: 'wrong',
		detail: expect.stringContaining('no-bucket: the bucket does not exist'),
	});
});

test('without an app there is nothing to verify, and --max-age needs a duration', async () => {
	const elsewhere = [
		'--app',
		'nobody-1',
		'--org',
		'personal',
		'--region',
		'sjc',
		'--domain',
		'none',
		'--no-mail',
	];
	const storage = ['--storage', 'tigris', '--bucket', 'nobody-1-store'];
	const gone = await run('drill', ...elsewhere, ...storage);
	expect(gone).toMatchObject({exit: 1});
	expect(gone.events.find(({type}) => type === 'failed')).toMatchObject({code: 'app-missing'});
	expect((await run('drill', '--max-age', 'soon')).exit).toBe(2);
});
