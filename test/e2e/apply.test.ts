import {appendFileSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {answerFlags, type ProviderId, providerAnswers} from '../helpers/answers.ts';
import {openFinished} from '../helpers/finished-worlds.ts';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {chatFolder} from '../helpers/template-files.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 400_000, hookTimeout: 400_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(() => rehearsal.close());

const surroundings = (speed = 300) => ['--rehearse', '--speed', String(speed), '--world', 'w.json'];
const plan = (out: string, provider: ProviderId = 'tigris', more: readonly string[] = []) =>
	rehearsal.run(['plan', ...more, ...surroundings(), ...answerFlags(provider), '--out', out], {
		env: providerAnswers[provider].env,
	});
const applyArgs = (...more: readonly string[]) => [
	'apply',
	'plan.json',
	...more,
	...surroundings(),
	'--yes',
	'--json',
];
const changes = () =>
	rehearsal
		.world()
		.calls.filter(({mutates}) => mutates)
		.map(({argv}) => argv.join(' '));
const planPath = () => join(rehearsal.folder, 'plan.json');

describe.each(['tigris', 's3'] as const)('with %s', provider => {
	const {env} = providerAnswers[provider];

	test('a saved plan is reproducible, contains no secret, and only its owner can read it', async () => {
		expect((await plan('plan.json', provider)).exit).toBe(0);
		expect((await plan('again.json', provider)).exit).toBe(0);
		const bytes = readFileSync(planPath(), 'utf8');
		expect(readFileSync(join(rehearsal.folder, 'again.json'), 'utf8')).toBe(bytes);
		for (const value of Object.values(env)) expect(bytes).not.toContain(value);
		expect(statSync(planPath()).mode & 0o777).toBe(0o600);
		expect(changes()).toEqual([]);

		const elsewhere = openRehearsal();
		try {
			await elsewhere.run(['plan', ...surroundings(), ...answerFlags(provider), '--out', 'plan.json'], {env});
			expect(readFileSync(join(elsewhere.folder, 'plan.json'), 'utf8')).toBe(bytes);
		} finally {
			await elsewhere.close();
		}
	});

	test('applied, it leaves what a setup with the same answers leaves, by the same calls; again, it changes nothing', async () => {
		await plan('plan.json', provider);
		const applied = await rehearsal.run(applyArgs(), {env});
		expect(applied.events.at(-1)).toMatchObject({type: 'finished', exit: 0, url: 'https://blog-1.fly.dev'});
		expect(applied.exit).toBe(0);
		const made = changes();

		const direct = await openFinished(provider);
		try {
			expect(normaliseWorld(rehearsal.world())).toEqual(normaliseWorld(direct.world()));
			const calls = direct.world().calls.filter(({mutates}) => mutates);
			expect([...made].sort()).toEqual(calls.map(({argv}) => argv.join(' ')).sort());
		} finally {
			await direct.close();
		}

		const again = await rehearsal.run(applyArgs(), {env});
		expect(again.exit).toBe(0);
		expect(changes()).toEqual(made);
	});
});

test('6: names a project file that changed since', async () => {
	const project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	await plan('plan.json', 'tigris', [project]);
	appendFileSync(join(project, 'fly.toml'), '# touched\n');
	writeFileSync(join(project, 'litestream.yml'), 'dbs: []\n');
	const stale = await rehearsal.run(applyArgs(project));
	expect(stale.exit).toBe(6);
	expect(stale.events.find(({type}) => type === 'failed')).toMatchObject({
		code: 'plan-stale',
		message: 'The plan is stale: fly.toml changed. litestream.yml is new. Nothing was changed.',
		hint: expect.stringContaining('phxfly plan --out plan.json'),
	});
	expect(changes()).toEqual([]);
});

test('6: names what changed in the account since', async () => {
	await plan('plan.json');
	await rehearsal.fly('apps', 'create', 'blog-1', '--org', 'personal', '--json');
	const before = changes();
	const stale = await rehearsal.run(applyArgs());
	expect(stale.exit).toBe(6);
	expect(stale.events.find(({type}) => type === 'failed')?.message).toContain(
		'App blog-1 was created since.',
	);
	expect(changes()).toEqual(before);
});

test('6: a resource of the plan was created by hand after the plan had started', async () => {
	await plan('plan.json');
	// Slow enough to be ended before it comes to the certificate.
	const running = rehearsal.start(['apply', 'plan.json', ...surroundings(5), '--yes', '--json']);
	await running.untilEvent(
		({type, id, status}) => type === 'step-changed' && id === 'create-app' && status === 'done',
	);
	running.kill('SIGKILL');
	await running.ended;
	await rehearsal.fly('certs', 'add', 'blog.example.com', '-a', 'blog-1');
	expect(changes().filter(call => call.startsWith('certs add'))).toHaveLength(1);
	const stale = await rehearsal.run(applyArgs());
	expect(stale.events.find(({type}) => type === 'failed')?.message).toContain(
		'Add the certificate: was absent, now there: blog.example.com.',
	);
	expect(stale.exit).toBe(6);
});

test('after a kill it resumes when run again, and creates nothing twice', async () => {
	await plan('plan.json');
	for (const step of ['create-app', 'set-secrets', 'deploy']) {
		const running = rehearsal.start(applyArgs());
		await running.untilEvent(
			({type, id, status}) => type === 'step-changed' && id === step && status === 'running',
		);
		running.kill('SIGKILL');
		await running.ended;
	}

	const last = await rehearsal.run(applyArgs());
	expect(last.exit).toBe(0);
	expect(normaliseWorld(rehearsal.world())).toMatchObject({
		apps: [{name: 'blog-1'}],
		volumes: [{name: 'wisp_data', isAttached: true}],
		machines: [{state: 'started'}],
		buckets: [{name: 'blog-1-store'}],
	});
});

test('5: the plan sets a secret without a value; with a file for it, 0', async () => {
	await plan('plan.json', 's3');
	const {LITESTREAM_ACCESS_KEY_ID: id, LITESTREAM_SECRET_ACCESS_KEY: secret} = providerAnswers.s3.env;
	const missing = await rehearsal.run(applyArgs(), {env: {LITESTREAM_ACCESS_KEY_ID: id}});
	expect(missing.exit).toBe(5);
	expect(missing.events.find(({type}) => type === 'input-needed')?.next).toBe(
		`phxfly ${applyArgs().join(' ')} --secret-file LITESTREAM_SECRET_ACCESS_KEY=PATH`,
	);
	expect(changes()).toEqual([]);
	const given = await rehearsal.run(applyArgs('--secret-file', 'LITESTREAM_SECRET_ACCESS_KEY=-'), {
		env: {LITESTREAM_ACCESS_KEY_ID: id},
		stdin: `${secret}\n`,
	});
	expect(given.exit).toBe(0);
});

test('what is in the environment and not in the plan stays out', async () => {
	await plan('plan.json');
	const {exit} = await rehearsal.run(applyArgs(), {env: {RESEND_API_KEY: 're_notOfThePlan0123456789'}});
	expect(exit).toBe(0);
	expect(rehearsal.world().secrets.map(({name}) => name)).not.toContain('RESEND_API_KEY');
});

test.each<{what: string; injectFault: (text: string) => string; exit: number; code: string; says: RegExp}>([
	{
		what: 'an edited plan',
		injectFault: text => text.replace('"value": "sjc"', '"value": "ams"'),
		exit: 2,
		code: 'plan-edited',
		says: /its digest does not match/,
	},
	{
		what: 'a plan with a key added',
		injectFault: text => text.replace('"tool"', '"extra": 1,\n\t"tool"'),
		exit: 2,
		code: 'plan-edited',
		says: /extra is unexpected/,
	},
	{
		what: 'a plan that is cut off',
		injectFault: text => text.slice(0, 400),
		exit: 2,
		code: 'plan-unreadable',
		says: /truncated or damaged/,
	},
	{what: 'an empty file', injectFault: () => '', exit: 2, code: 'plan-unreadable', says: /not a phxfly plan/},
	{
		what: 'other JSON',
		injectFault: () => '{"steps": []}',
		exit: 2,
		code: 'plan-unreadable',
		says: /not a phxfly plan/,
	},
	{
		what: 'bytes',
		injectFault: () => '\0\u0007\u001b[2J',
		exit: 2,
		code: 'plan-unreadable',
		says: /not a phxfly plan/,
	},
	{
		what: 'a plan of a newer phxfly',
		injectFault: text => text.replace('"v": 1', '"v": 2').replace('"tool"', '"new": {},\n\t"tool"'),
		exit: 2,
		code: 'plan-newer',
		says: /newer phxfly \(format 2/,
	},
])('$exit: $what', async ({injectFault, exit, code, says}) => {
	await plan('plan.json');
	writeFileSync(planPath(), injectFault(readFileSync(planPath(), 'utf8')));
	const ended = await rehearsal.run(applyArgs());
	expect(ended.events.find(({type}) => type === 'failed')).toMatchObject({
		code,
		message: expect.stringMatching(says),
		hint: expect.stringContaining('phxfly plan --out plan.json'),
	});
	expect(ended.exit).toBe(exit);
	expect(changes()).toEqual([]);
});

test('2: a plan of another project, one of a rehearsal, no file, no argument, and an answer beside it', async () => {
	const project = join(rehearsal.folder, 'other');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	const mix = join(project, 'mix.exs');
	writeFileSync(mix, readFileSync(mix, 'utf8').replace('app: :wisp', 'app: :other'));
	await plan('plan.json');
	const codeOf = async (args: readonly string[]) => {
		const {exit, events} = await rehearsal.run(args);
		return [exit, events.find(({type}) => type === 'failed')?.code];
	};
	expect(await codeOf(applyArgs('other'))).toEqual([2, 'plan-foreign']);
	const real = join(rehearsal.folder, 'real');
	mkdirSync(real);
	copySample(rehearsal.packageFolder, real);
	const {path} = makeFlyWrapper(rehearsal);
	expect(await codeOf(['apply', 'plan.json', 'real', '--fly', path, '--yes', '--json'])).toEqual([
		2,
		'plan-foreign',
	]);
	expect(await codeOf(applyArgs('--region', 'ams'))).toEqual([2, 'plan-answers-fixed']);
	expect(await codeOf(applyArgs('--no-mail'))).toEqual([2, 'plan-answers-fixed']);
	expect(await codeOf(applyArgs('--adopt'))).toEqual([2, 'usage']);
	expect(await codeOf(applyArgs('--redeploy'))).toEqual([2, 'usage']);
	expect(await codeOf(['apply', 'nowhere.json', ...surroundings(), '--json'])).toEqual([
		2,
		'file-not-readable',
	]);
	const {stderr} = await rehearsal.run(['apply', 'nowhere.json', ...surroundings()]);
	expect(stderr).toMatch(/There is no file .*nowhere\.json/);
	expect(await codeOf(['apply', ...surroundings(), '--json'])).toEqual([2, 'usage']);
});

test('--out needs all answers, replaces an older plan and nothing else, and names a folder that is missing', async () => {
	const open = await rehearsal.run(['plan', ...surroundings(), '--app', 'blog-1', '--out', 'plan.json']);
	expect(open.exit).toBe(5);
	expect(() => readFileSync(planPath())).toThrow('ENOENT');
	writeFileSync(join(rehearsal.folder, 'notes.txt'), 'mine');
	expect((await plan('notes.txt')).exit).toBe(9);
	expect(readFileSync(join(rehearsal.folder, 'notes.txt'), 'utf8')).toBe('mine');
	expect((await plan('nowhere/plan.json')).exit).toBe(2);
	writeFileSync(planPath(), '{\n\t"kind": "phxfly-plan",');
	expect((await plan('plan.json')).exit).toBe(0);
});

test('--json contains calls, diffs, prices by item, and adopted resources', async () => {
	await plan('plan.json');
	await rehearsal.run(applyArgs());
	const {events} = await rehearsal.run([
		...['plan', ...surroundings(), ...answerFlags(), '--volume-size', '1', '--json', '--redeploy'],
	]);
	expect(events[0]).toMatchObject({
		...{type: 'plan-made', app: 'blog-1', org: 'personal', region: 'sjc'},
		cost: {
			items: [
				{what: 'machine shared-cpu-1x, 1024 MB'},
				{what: 'volume, 1 GB'},
				{what: 'storage, Tigris'},
				{what: 'a week of snapshots at Tigris, up to 8 × 1 GB, and changes'},
			],
		},
	});
	const steps = events[0]?.steps ?? [];
	expect(steps.find(({id}) => id === 'create-volume')).toMatchObject({plan: 'nothing', actions: []});
	expect(steps.find(({id}) => id === 'deploy')).toMatchObject({
		plan: 'completes',
		actions: [
			{argv: ['fly', 'deploy', '-a', 'blog-1', '--ha=false', '--dns-checks=false', '--wait-timeout', '5m']},
		],
	});
	await rehearsal.run(['forget', ...surroundings()]);
	const forgotten = await rehearsal.run(['plan', ...surroundings(), ...answerFlags(), '--json']);
	const taken = (forgotten.events[0]?.steps ?? []).filter(step => step.plan === 'takes-over');
	expect(taken.map(({id}) => id)).toContain('create-volume');
});

test('a LiveView app: its own secrets are in the plan by name, and each arrives', async () => {
	cpSync(chatFolder, join(rehearsal.folder, 'chat'), {recursive: true});
	const answers = [
		'--app',
		'parley-1',
		'--org',
		'personal',
		'--region',
		'ams',
		'--domain',
		'none',
		'--secret',
		'EXTRA',
	];
	const env = {ANTHROPIC_API_KEY: `sk-ant-#1 "double" 'single'`, EXTRA: 'extra-canary-0123456789'};
	const planned = await rehearsal.run(['plan', 'chat', ...surroundings(), ...answers, '--out', 'plan.json'], {
		env,
	});
	expect(planned.exit).toBe(0);
	expect(readFileSync(planPath(), 'utf8')).not.toMatch(/sk-ant|extra-canary/);
	expect((await rehearsal.run(applyArgs('chat'))).exit).toBe(5);
	expect((await rehearsal.run(applyArgs('chat'), {env})).exit).toBe(0);
	const names = rehearsal.world().secrets.map(({name}) => name);
	expect(names.sort()).toEqual(['ANTHROPIC_API_KEY', 'EXTRA', 'PHX_HOST', 'SECRET_KEY_BASE']);
});
