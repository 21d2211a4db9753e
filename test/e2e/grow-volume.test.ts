import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openFinished} from '../helpers/finished-worlds.ts';
import type {Rehearsal} from '../helpers/rehearsal.ts';

let rehearsal: Rehearsal;
beforeEach(async () => {
	rehearsal = await openFinished('tigris');
});
afterEach(() => rehearsal.close());

const common = ['--rehearse', '--speed', '400', '--world', 'w.json', '--json', '--yes'];
const run = (...args: readonly string[]) => rehearsal.run([...args, ...common]);
const calls = () => rehearsal.world().calls.filter(({mutates}) => mutates);
const extended = () => calls().filter(({argv}) => argv.slice(0, 2).join(' ') === 'volumes extend');

test('a larger answer extends the volume, in the plan with its cost; a second run does nothing', async () => {
	const before = calls().length;
	const planned = await run('plan', '--volume-size', '3');
	const made = planned.events.find(({type}) => type === 'plan-made');
	const id = rehearsal.world().volumes[0]?.id;
	expect(made?.steps?.find(step => step.id === 'create-volume')).toMatchObject({
		plan: 'completes',
		detail: `${id}: 1 GB`,
		actions: [
			{
				argv: ['fly', 'volumes', 'extend', id, '--size', '3', '-a', 'blog-1'],
				why: '$0.45 a month instead of $0.15; a volume cannot shrink again',
			},
		],
	});
	expect(calls()).toHaveLength(before);
	const grown = await run('setup', '--volume-size', '3');
	expect(grown.exit).toBe(0);
	expect(rehearsal.world().volumes).toMatchObject([{id, size_gb: 3}]);
	expect(calls()).toHaveLength(before + 1);
	expect((await run('setup')).exit).toBe(0);
	expect(extended()).toHaveLength(1);
	const smaller = await run('setup', '--volume-size', '2');
	expect(smaller.events.find(({type}) => type === 'failed')).toMatchObject({
		message: expect.stringContaining('cannot shrink to 2 GB'),
	});
	expect(extended()).toHaveLength(1);
});

test('deploy extends it too, before it ships the code', async () => {
	const before = calls().length;
	expect((await run('deploy', '--volume-size', '2')).exit).toBe(0);
	expect(rehearsal.world().volumes).toMatchObject([{size_gb: 2}]);
	expect(
		calls()
			.slice(before)
			.map(({argv}) => argv[0]),
	).toEqual(['volumes', 'deploy']);
});

test('killed while it extends: the next run looks first, and extends once', async () => {
	const running = rehearsal.start(['setup', '--volume-size', '3', ...common]);
	await running.untilEvent(({id, status}) => id === 'create-volume' && status === 'running');
	running.kill('SIGKILL');
	await running.ended;
	expect((await run('setup', '--volume-size', '3')).exit).toBe(0);
	expect(rehearsal.world().volumes).toMatchObject([{size_gb: 3}]);
	expect(extended().length).toBeLessThanOrEqual(2);
});

test('a volume that Fly extended within the limit of fly.toml is as answered; beyond it, it is not', async () => {
	const id = rehearsal.world().volumes[0]?.id ?? '';
	await rehearsal.fly('volumes', 'extend', id, '-s', '2', '-a', 'blog-1');
	const path = join(rehearsal.stateFolder(), 'project', 'fly.toml');
	const text = readFileSync(path, 'utf8');
	writeFileSync(path, text.replace(/^(\s*)destination = .*$/m, '$&\n$1auto_extend_size_limit = "2GB"'));
	expect((await run('setup')).exit).toBe(0);
	writeFileSync(path, text);
	const refused = await run('setup');
	expect(refused.events.find(({type}) => type === 'failed')).toMatchObject({
		message: expect.stringContaining('cannot shrink to 1 GB'),
	});
});
