import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text as readAll} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {main} from '../../source/cli/main.ts';
import {providers} from '../../source/cli/registry.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {readSample} from '../helpers/template-files.ts';
import {listScenarios, spread} from '../kill/list-scenarios.ts';
import {runBaseline, runScenario} from '../kill/scenario.ts';
import type {Setting} from '../kill/settings.ts';
import {isClean} from '../kill/totals.ts';
import {ownRegistry} from './own-registry.ts';

// Generous, for a busy computer: nothing here depends on a duration.
vi.setConfig({testTimeout: 240_000, hookTimeout: 240_000});

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
const keys = {
	LITESTREAM_ACCESS_KEY_ID: 'GK31c2f218a2e44f485b94239e',
	LITESTREAM_SECRET_ACCESS_KEY: 'b892c0665f0ada8a4755dae98baa3b133590e11dae3bcc1f9d769d67f16c3835',
};
const common = [
	...['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'],
	...['--domain', 'blog.example.com'],
];
const answers = [
	...[...common, '--no-mail', '--storage', 'garage', '--endpoint', 'https://s3.example.com'],
	...['--bucket', 'blog-1-store', '--time-zone', 'Europe/Berlin'],
];

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'phxfly-seams-'));
	mkdirSync(join(folder, 'work'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Runs the whole program in this process, with a registry that has one more entry of each kind. */
async function run(...argv: readonly string[]) {
	const [stdout, stderr] = [new PassThrough(), new PassThrough()];
	const said = Promise.all([readAll(stdout), readAll(stderr)]);
	const exit = await main(
		{
			argv,
			environment: {
				...keys,
				HOME: folder,
				XDG_STATE_HOME: join(folder, 'state'),
				PATH: process.env.PATH,
				CI: '1',
			},
			cwd: join(folder, 'work'),
			platform: process.platform,
			nodePath: process.execPath,
			nodeVersion: process.version,
			packageFolder,
			stdin: new PassThrough() as unknown as NodeJS.ReadStream,
			stdout: stdout as unknown as NodeJS.WriteStream,
			stderr: stderr as unknown as NodeJS.WriteStream,
			onSignal: () => () => undefined,
			ignoreInterrupts: () => () => undefined,
		},
		ownRegistry,
	);
	stdout.end();
	stderr.end();
	const [out, err] = await said;
	return {exit, out, err};
}

const world = () => JSON.parse(readFileSync(join(folder, 'work', 'w.json'), 'utf8')) as World;
const rehearse = ['--rehearse', '--world', 'w.json', '--speed', '400'];
const readEvents = (out: string) =>
	out
		.split('\n')
		.flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));

test.each(providers)('sets up with $id, by the samples of its definition', async provider => {
	const flags = Object.entries(provider.samples.good.answers).flatMap(([id, value]) => [`--${id}`, value]);
	const setting: Setting = {
		label: `wisp ${provider.id}`,
		profile: 'wisp',
		args: [...common, '--storage', provider.id, '--bucket', 'blog-1-store', ...flags],
		env: {...(provider.bringsKeys ? keys : {}), RESEND_API_KEY: 're_TestKey_abcdefghijklmnopqrstuvwxyz12'},
		startsOnTwo: false,
		isInProcessOnly: true,
	};
	const {world} = await runBaseline(setting);
	expect(JSON.stringify(world.secrets)).toContain('LITESTREAM_ENDPOINT');
});

describe('a provider, two steps, a question, and a check that only the registry knows', () => {
	test('are in the plan as text, data, and script', async () => {
		const plan = await run('plan', ...answers, ...rehearse);
		expect(plan.exit, plan.err).toBe(0);
		expect(plan.out).toContain('fly certs add www.blog.example.com --json -a blog-1');
		expect(plan.out).toContain('Extend the volume');

		const [made] = readEvents((await run('plan', '--json', ...answers, ...rehearse)).out);
		const steps = made?.steps as readonly {readonly id: string; readonly needs: readonly string[]}[];
		expect(made?.answers).toContainEqual({id: 'time-zone', value: 'Europe/Berlin', origin: '--time-zone'});
		// The steps say so themselves: deploy's file names neither.
		const needs = steps.find(({id}) => id === 'deploy')?.needs;
		expect(needs).toEqual(expect.arrayContaining(['extend-volume', 'add-www']));

		const script = await run('plan', '--script', ...answers, ...rehearse);
		expect(script.exit, script.err).toBe(0);
		expect(script.out).toContain('www.blog.example.com');
	});

	test('are suggested for a similar word, and asked for if missing', async () => {
		const meant = await run('plan', ...answers.with(answers.indexOf('garage'), 'Garage!'), ...rehearse);
		expect(meant.exit).toBe(2);
		expect(meant.err).toContain('Did you mean garage?');
		const at = answers.indexOf('--endpoint');
		const missing = await run('setup', '--yes', ...answers.toSpliced(at, 2), ...rehearse);
		expect(missing.exit).toBe(5);
		expect(missing.err).toContain('--endpoint URL');
	});

	test('are set up, listed, extended, and deleted', async () => {
		const setup = await run('setup', '--yes', '--json', '--wait', '1h', ...answers, ...rehearse);
		expect(setup.exit, setup.err).toBe(0);
		const events = readEvents(setup.out);
		for (const id of ['extend-volume', 'add-www']) {
			expect(events).toContainEqual(expect.objectContaining({type: 'step-changed', id}));
		}

		expect(events).toContainEqual(expect.objectContaining({id: 'one-region', status: 'proved'}));
		expect(
			world()
				.certificates.map(({hostname}) => hostname)
				.sort(),
		).toEqual(['blog.example.com', 'www.blog.example.com']);

		const status = await run('status', ...rehearse);
		expect(status.out).toContain('Nothing differs.');
		expect(status.exit, status.out).toBe(0);

		const more = answers.with(answers.indexOf('--volume-size') + 1, '3');
		const again = await run('setup', '--yes', '--json', '--wait', '1h', ...more, ...rehearse);
		expect(again.exit, again.err).toBe(0);
		expect(world().volumes.map(({size_gb: sizeGb}) => sizeGb)).toEqual([3]);

		const destroy = await run('destroy', '--yes', ...rehearse);
		expect(destroy.exit, destroy.err).toBe(0);
		expect(destroy.out).toContain('the name with www stops working');
		expect(world()).toMatchObject({apps: [], volumes: [], certificates: []});
	});

	test('do not affect doctor', async () => {
		for (const [path, text] of readSample()) {
			mkdirSync(dirname(join(folder, 'sample', path)), {recursive: true});
			writeFileSync(join(folder, 'sample', path), text);
		}

		const doctor = await run('doctor', join(folder, 'sample'));
		expect(doctor.err).toBe('');
		expect(doctor.out).toContain('sample');
	});

	test('survive a kill at any point, and the setup ends like an undisturbed one', async () => {
		const setting: Setting = {
			label: 'wisp garage',
			profile: 'wisp',
			args: answers.filter(word => word !== '--no-mail'),
			env: {...keys, RESEND_API_KEY: 're_TestKey_abcdefghijklmnopqrstuvwxyz12'},
			startsOnTwo: false,
			isInProcessOnly: true,
			registry: ownRegistry,
		};
		const wanted = await runBaseline(setting);
		expect(wanted.seen.calls.filter(name => name === 'certs add')).toHaveLength(2);
		const off: unknown[] = [];
		for (const points of spread(listScenarios(wanted), 16)) {
			const {totals, problems} = await runScenario(setting, points, wanted);
			if (!isClean(totals) || problems.length > 0) off.push({points, totals, problems});
		}

		expect(off).toEqual([]);
	});
});
