import {appendFileSync, cpSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {providerAnswers} from '../helpers/answers.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {type Ended, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {createScrub} from './normalise-run.ts';
import {fixturePath, listStateFiles, placeProject, placeState, readSavedState} from './saved-state.ts';
import {chatEnvironment, type Environment, place, projectName} from './scenarios.ts';

// Generous, for a busy computer: nothing here depends on a duration.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(() => rehearsal.close());

const rehearse = (...more: readonly string[]) =>
	rehearsal.run(['rehearse', projectName, '--yes', '--json', '--wait', '1000h', ...place(), ...more]);
const run = (command: string, ...more: readonly string[]) =>
	rehearsal.run([command, projectName, '--rehearse', '--json', ...place(), ...more]);

/** The changing calls from now on. */
function watchChanges(): () => readonly string[] {
	const changes = () => rehearsal.world().calls.filter(({mutates}) => mutates);
	const before = changes().length;
	const scrub = createScrub([]);
	return () =>
		changes()
			.slice(before)
			.map(({argv}) => scrub(argv.join(' ')))
			.sort();
}

function expectEnd({exit, events, strayLines}: Ended, wanted: number): void {
	expect({exit, last: events.at(-1)?.exit, strayLines}).toEqual({exit: wanted, last: wanted, strayLines: []});
}

/** Checks that the journal was used, and that nothing of the killed run is left. */
function expectJournalUsed(): void {
	const files = listStateFiles(rehearsal);
	expect(files).toContain('journal.json');
	expect(files.filter(name => /^journal\.kept-|^journal\.json\.|^lock|^fly-/.test(name))).toEqual([]);
}

function expectNothingLeft(): void {
	const {apps, volumes, secrets, buckets, certificates, addresses, machines, releases} = rehearsal.world();
	expect([apps, volumes, secrets, buckets, certificates, addresses, machines, releases].flat()).toEqual([]);
}

const readFinished = (name: string) =>
	normaliseWorld(JSON.parse(readSavedState(name).world.join('\n').replace('@NOW@', '0')));

const saved = [
	{
		profile: 'wisp',
		app: 'blog-1',
		answers: 'wisp-answers.toml',
		destroys: [
			'apps destroy blog-1 --yes',
			'certs remove blog.example.com -a blog-1 --yes',
			'ips release @V4@ -a blog-1',
			'ips release @V6@ -a blog-1',
			'machine destroy @MACHINE@ --force -a blog-1',
			'storage destroy blog-1-store --yes',
			'volumes destroy @VOLUME@ -a blog-1 --yes',
		],
	},
	{
		profile: 'phoenix',
		app: 'parley-1',
		answers: 'phoenix-answers.json',
		destroys: [
			'apps destroy parley-1 --yes',
			'ips release @V4@ -a parley-1',
			'ips release @V6@ -a parley-1',
			'machine destroy @MACHINE@ --force -a parley-1',
		],
	},
] as const;

describe.each(saved)('a finished setup of $profile', ({profile, app, answers, destroys}) => {
	beforeEach(() => placeState(readSavedState(`${profile}-finished`), rehearsal));

	test('shows in status, and another run changes nothing', async () => {
		const changes = watchChanges();
		expectEnd(await run('status'), 0);
		const again = await rehearse('--answers', fixturePath(answers));
		expectEnd(again, 0);
		const last = new Map(
			again.events.filter(({type}) => type === 'step-changed').map(({id, status}) => [id, status]),
		);
		expect(new Set(last.values())).toEqual(new Set(['already-done']));
		expect(changes()).toEqual([]);
		expect(normaliseWorld(rehearsal.world())).toEqual(readFinished(`${profile}-finished`));
		expectJournalUsed();
	});

	test('continues with a deploy of new code on the same machine', async () => {
		const [machine] = rehearsal.world().machines;
		const changes = watchChanges();
		expectEnd(await run('deploy', '--yes'), 0);
		expect(changes()).toEqual([`deploy -a ${app} --ha=false --dns-checks=false --wait-timeout 5m`]);
		expect(rehearsal.world().machines.map(({id}) => id)).toEqual([machine?.id]);
		expectJournalUsed();
	});

	test('can be destroyed completely', async () => {
		const changes = watchChanges();
		expectEnd(await run('destroy', '--yes'), 0);
		expect(changes()).toEqual(destroys);
		expectNothingLeft();
	});
});

const deploy = (app: string) => `deploy -a ${app} --ha=false --dns-checks=false --wait-timeout 5m`;
const killed: readonly {
	readonly name: string;
	readonly finished: string;
	readonly answers: readonly string[];
	readonly status: number;
	/** Only what was missing. */
	readonly changes: readonly string[];
}[] = [
	{
		// The volume and an address exist, but the journal has no record of them.
		name: 'wisp-killed-early',
		finished: 'wisp-finished',
		answers: [],
		status: 6,
		changes: [
			'certs add blog.example.com --json -a blog-1',
			deploy('blog-1'),
			'ips allocate-v4 --shared -a blog-1',
			'secrets import --stage -a blog-1',
			'secrets import --stage -a blog-1',
			'storage create -a blog-1 --name blog-1-store --yes',
		],
	},
	{
		name: 'wisp-killed',
		finished: 'wisp-finished',
		answers: ['--answers', fixturePath('wisp-answers.toml')],
		status: 6,
		changes: [deploy('blog-1')],
	},
	{
		name: 'phoenix-killed',
		finished: 'phoenix-finished',
		answers: ['--answers', fixturePath('phoenix-answers.json')],
		status: 6,
		changes: [deploy('parley-1')],
	},
];

describe.each(killed)('$name', ({name, finished, answers, status, changes: wanted}) => {
	beforeEach(() => placeState(readSavedState(name), rehearsal));

	test('continues, and ends like an undisturbed setup', async () => {
		const changes = watchChanges();
		expect((await run('status')).exit).toBe(status);
		expect(changes()).toEqual([]);
		expectEnd(await rehearse(...answers), 0);
		expect(changes()).toEqual(wanted);
		expect(normaliseWorld(rehearsal.world())).toEqual(readFinished(finished));
		expectJournalUsed();
		expectEnd(await rehearse(), 0);
		expect(changes()).toEqual(wanted);
	});

	test('can be destroyed, including the results of pending calls', async () => {
		expectEnd(await run('destroy', '--yes'), 0);
		expectNothingLeft();
	});
});

const plans: readonly {readonly profile: string; readonly env: Environment; readonly calls: number}[] = [
	{profile: 'wisp', env: providerAnswers.s3.env, calls: 8},
	{profile: 'phoenix', env: chatEnvironment, calls: 6},
];

describe.each(plans)('a saved plan of $profile', ({profile, env, calls}) => {
	const apply = () =>
		rehearsal.run(
			['apply', 'plan.json', projectName, '--rehearse', '--yes', '--json', '--wait', '1000h', ...place()],
			{env},
		);
	beforeEach(() => {
		placeProject(`${profile}-project`, rehearsal);
		cpSync(fixturePath(`${profile}-plan.json`), join(rehearsal.folder, 'plan.json'));
	});

	test('can be applied', async () => {
		expectEnd(await apply(), 0);
		const changes = rehearsal.world().calls.filter(({mutates}) => mutates);
		expect(changes).toHaveLength(calls);
	});

	test('is rejected if a file has changed', async () => {
		appendFileSync(join(rehearsal.folder, projectName, 'mix.exs'), '# touched\n');
		const ended = await apply();
		expect(ended.exit).toBe(6);
		expect(ended.events.find(({type}) => type === 'failed')).toMatchObject({code: 'plan-stale'});
		expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
	});
});
