import {cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {openJournal} from '../../source/adapters/journal.ts';
import {projectFolder} from '../../source/adapters/state/paths.ts';
import {steps} from '../../source/cli/registry.ts';
import type {JournalState} from '../../source/core/journal.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {answerFlags} from '../helpers/answers.ts';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {asChildren, type Ended, listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(() => rehearsal.close());

type Fault = {readonly command: string; readonly fault: string};

const shared = ['--world', 'w.json', '--yes', '--json', '--speed', '1000'];
const withApp = (app: string, ...more: readonly string[]) => {
	const own = new Map([
		['blog-1', app],
		['blog-1-store', `${app}-store`],
		// Two apps cannot have the same domain.
		['blog.example.com', 'none'],
	]);
	return [...answerFlags().map(word => own.get(word) ?? word), ...more];
};
const setUp = (app: string, more: readonly string[] = [], faults: readonly Fault[] = []) =>
	rehearsal.run(['rehearse', ...shared, '--wait', '1h', ...withApp(app, ...more)], {
		env: {PHXFLY_FAULTS: JSON.stringify(faults)},
	});
const destroy = (app: string) => rehearsal.run(['destroy', '--rehearse', ...shared, '--app', app]);
const failureOf = ({events}: Ended) => events.find(({type}) => type === 'failed');
const changeWorld = (change: (world: World) => World) => {
	const world = change(JSON.parse(readFileSync(rehearsal.worldPath, 'utf8')) as World);
	writeFileSync(rehearsal.worldPath, JSON.stringify(world));
};
const volumesOf = (app: string) =>
	rehearsal
		.world()
		.volumes.filter(volume => volume.app === app && volume.state === 'created')
		.map(({name}) => name);
const calls = (...words: readonly string[]) =>
	rehearsal.world().calls.filter(({argv}) => words.every(word => argv.includes(word)));

/** Kills a setup while one of its calls hangs, and ends that call before it did anything. */
async function killDuring(app: string, command: string, more: readonly string[] = []): Promise<void> {
	const running = rehearsal.start(['rehearse', ...shared, ...withApp(app, ...more)], {
		env: {...asChildren, PHXFLY_FAULTS: JSON.stringify([{command, fault: 'hang'}])},
	});
	await running.until(() => rehearsal.isCalling(...command.split(' ')));
	running.kill('SIGKILL');
	await running.ended;
	for (const pid of listProcesses(rehearsal.worldPath)) process.kill(pid, 'SIGKILL');
	await expect.poll(() => listProcesses(rehearsal.worldPath)).toEqual([]);
}

/** Makes an app with a volume that the project knows nothing of, as another person would. */
async function makeForeign(app: string, volume: string): Promise<void> {
	await rehearsal.fly('apps', 'create', app, '--org', 'personal');
	await rehearsal.fly('volumes', 'create', volume, '-a', app, '--region', 'sjc', '--size', '3', '--yes');
}

/** Makes the rehearsal's world, in which nothing exists. */
const makeWorld = () => rehearsal.run(['plan', '--rehearse', '--world', 'w.json', ...answerFlags()]);

test('an older volume of another name in an adopted app stays, though a call that creates one was killed', async () => {
	await makeWorld();
	await makeForeign('adb', 'uploads');
	await killDuring('adb', 'volumes create', ['--adopt']);
	await destroy('adb');
	expect(volumesOf('adb')).toEqual(['uploads']);
	expect(calls('volumes', 'destroy')).toEqual([]);
	expect(calls('apps', 'destroy')).toEqual([]);
});

test('what phxfly created in one app says nothing about another: the adopted app stays with all it had', async () => {
	const failed = await setUp('blog-typo', [], [{command: 'volumes create', fault: 'payment-needed'}]);
	expect(failed.exit).toBe(1);
	await makeForeign('prod-b', 'precious');
	expect((await setUp('prod-b', ['--adopt'])).exit).toBe(0);
	const removed = await destroy('prod-b');
	expect(removed.exit).toBe(0);
	expect(volumesOf('prod-b')).toEqual(['precious']);
	expect(
		rehearsal
			.world()
			.apps.map(({name}) => name)
			.sort(),
	).toEqual(['blog-typo', 'prod-b']);

	// The earlier app is not forgotten: status names it, and destroy deletes it.
	const status = await rehearsal.run(['status', '--rehearse', '--world', 'w.json', '--app', 'blog-typo']);
	expect(status.stdout).toContain('blog-typo');
	expect((await destroy('blog-typo')).exit).toBe(0);
	expect(rehearsal.world().apps.map(({name}) => name)).toEqual(['prod-b']);
	expect(rehearsal.world().addresses.filter(({app}) => app === 'blog-typo')).toEqual([]);
});

test('status lists what an earlier setup left in another app, whose prefix and secrets the next one does not take', async () => {
	await setUp('blog-typo', [], [{command: 'volumes create', fault: 'payment-needed'}]);
	expect((await setUp('blog-1')).exit).toBe(0);
	const places = rehearsal.world().secrets.filter(({name}) => name === 'LITESTREAM_REPLICA_URL');
	expect(places.map(({app, value}) => [app, value]).sort()).toEqual([
		['blog-1', 's3://blog-1-store/blog-1'],
		['blog-typo', 's3://blog-typo-store/blog-typo'],
	]);
	const {stdout} = await rehearsal.run(['status', '--rehearse', '--world', 'w.json', '--speed', '1000']);
	const text = stdout.replaceAll(/\s+/g, ' ');
	expect(text).toMatch(/Left from an earlier setup of blog-typo: address .*, app blog-typo\./);
	expect(text).toContain('To delete it: phxfly destroy --app blog-typo');
});

test('status lists a bucket of an earlier setup whose app a person destroyed', async () => {
	await setUp('blog-typo', [], [{command: 'volumes create', fault: 'payment-needed'}]);
	await rehearsal.fly('apps', 'destroy', 'blog-typo', '--yes');
	expect((await setUp('blog-1')).exit).toBe(0);
	const {stdout} = await rehearsal.run(['status', '--rehearse', '--world', 'w.json', '--speed', '1000']);
	expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
		'An earlier setup created the bucket blog-typo-store for blog-typo, which no longer has it. If it is still that one, to delete it: fly storage destroy blog-typo-store',
	);
});

test('of a setup that created nothing there is nothing to destroy; of several, destroy names each', async () => {
	const failed = await setUp('blog-typo', [], [{command: 'apps create', fault: 'payment-needed'}]);
	expect(failed.exit).toBe(1);
	const nothing = await destroy('blog-typo');
	expect([nothing.exit, failureOf(nothing)?.message]).toEqual([
		7,
		'phxfly has no record of this project, so it cannot tell what it created. Nothing was deleted.',
	]);
	await setUp('blog-1', [], [{command: 'volumes create', fault: 'payment-needed'}]);
	await setUp('blog-2', [], [{command: 'volumes create', fault: 'payment-needed'}]);
	expect(failureOf(await destroy('blog-typo'))?.message).toContain(
		'is for blog-2 in personal and blog-1 in personal, not for blog-typo.',
	);
});

test('a killed call that creates an app says nothing about another app', async () => {
	await killDuring('blog-typo', 'apps create');
	await makeForeign('prod-b', 'precious');
	expect((await setUp('prod-b', ['--adopt'])).exit).toBe(0);
	await destroy('prod-b');
	expect(volumesOf('prod-b')).toEqual(['precious']);
	expect(rehearsal.world().apps.map(({name}) => name)).toEqual(['prod-b']);
});

test('an app named like the organization of a killed call is not adopted', async () => {
	await killDuring('personal-blog', 'apps create');
	await makeForeign('personal', 'precious');
	const refused = await setUp('personal');
	expect([refused.exit, failureOf(refused)?.code]).toEqual([7, 'app-not-known']);
	expect(calls('deploy')).toEqual([]);
});

test('a project whose folder moved is found again by its app, and a copy of it is not', async () => {
	const {path, configFolder} = makeFlyWrapper(rehearsal);
	const [before, after, copy] = ['blog', 'moved', 'copy'].map(name => join(rehearsal.folder, name)) as [
		...[string, string, string],
	];
	mkdirSync(before);
	copySample(rehearsal.packageFolder, before);
	const tomlPath = join(before, 'fly.toml');
	writeFileSync(tomlPath, readFileSync(tomlPath, 'utf8').replace(/^app = .*$/m, "app = 'blog-1'"));
	await rehearsal.fly('apps', 'create', 'blog-1', '--org', 'personal');
	const journal = openJournal({
		folder: projectFolder(join(rehearsal.stateHome, 'phxfly'), before),
		...{project: before, isRehearsal: false, steps, nowMs: Date.now()},
	});
	journal.openSection('blog-1', 'personal');
	journal.closeCalls('create-app', [{id: 'blog-1', traits: {}}]);
	cpSync(before, copy, {recursive: true});
	const destroyIn = (cwd: string) =>
		rehearsal.run(['destroy', '--yes', '--fly', path], {cwd, env: {FLY_CONFIG_DIR: configFolder}});

	// The first folder is still there.
	expect((await destroyIn(copy)).exit).toBe(7);
	renameSync(before, after);
	const {exit, stderr} = await destroyIn(after);
	expect({exit, stderr}).toMatchObject({exit: 0, stderr: expect.stringContaining(before)});
	expect(rehearsal.world().apps).toEqual([]);
});

test('a bucket that phxfly did not create is never destroyed, though its keys are missing', async () => {
	await setUp('blog-1', [], [{command: 'volumes create', fault: 'payment-needed'}]);
	expect(rehearsal.world().buckets.map(({name}) => name)).toEqual(['blog-1-store']);
	changeWorld(world => ({
		...world,
		buckets: world.buckets.map(bucket => ({...bucket, name: 'precious-data'})),
		objects: [
			...world.objects,
			{bucket: 'precious-data', key: 'holiday.jpg', size: 1, etag: '', lastModified: 0, body: 'AA=='},
		],
		secrets: world.secrets.filter(({name}) => !/^AWS_|^BUCKET/.test(name)),
	}));
	const args = withApp('blog-1').map(word => (word === 'blog-1-store' ? 'precious-data' : word));
	const refused = await rehearsal.run(['rehearse', ...shared, ...args]);
	expect([refused.exit, failureOf(refused)?.code]).toEqual([7, 'bucket-without-keys']);
	expect(calls('storage', 'destroy')).toEqual([]);
	expect(rehearsal.world().objects.map(({key}) => key)).toContain('holiday.jpg');
});

/** Runs destroy while Fly answers the next such reads, or all, with an empty list. */
const destroyWithout = (lists: readonly string[], isOnce: boolean) => {
	const faults = lists.map(command => {
		const on = calls(...command.split(' ')).length + 1;
		return {command, fault: 'empty-list', ...(isOnce ? {on} : {})};
	});
	return rehearsal.run(['destroy', '--rehearse', ...shared, '--app', 'blog-1'], {
		env: {PHXFLY_FAULTS: JSON.stringify(faults)},
	});
};
const readJournal = () =>
	JSON.parse(readFileSync(join(rehearsal.stateFolder(), 'journal.json'), 'utf8')) as JournalState;
const hasJournal = () => readdirSync(rehearsal.stateFolder()).includes('journal.json');

test('destroy believes no empty list: neither ours is forgotten nor a foreign volume destroyed', async () => {
	expect((await setUp('blog-1')).exit).toBe(0);
	const lists = ['volumes list', 'machine list', 'ips list', 'certs list', 'secrets list', 'releases'];
	const refused = await destroyWithout(lists, false);
	expect([refused.exit, failureOf(refused)?.code]).toEqual([6, 'list-not-believed']);
	expect(hasJournal()).toBe(true);
	expect(volumesOf('blog-1')).toEqual(['wisp_data']);

	// Without its key, the bucket would not count as ours.
	expect(failureOf(await destroyWithout(['secrets list'], true))?.code).toBe('list-not-believed');

	await rehearsal.fly('volumes', 'create', 'precious', '-a', 'blog-1', '--region', 'sjc', '--yes');
	await destroyWithout(['volumes list'], true);
	expect(volumesOf('blog-1')).toContain('precious');
	expect((await destroy('blog-1')).exit).toBe(7);
	expect(volumesOf('blog-1')).toEqual(['precious']);
	expect(hasJournal()).toBe(true);
});

test('what others create in the app while destroy runs keeps the app', async () => {
	expect((await setUp('blog-1')).exit).toBe(0);
	const faults = JSON.stringify([{command: 'storage destroy', fault: 'hang', on: 1}]);
	const running = rehearsal.start(['destroy', '--rehearse', ...shared, '--app', 'blog-1'], {
		env: {...asChildren, PHXFLY_FAULTS: faults},
	});
	await running.until(() => rehearsal.isCalling('storage', 'destroy'));
	await rehearsal.fly('volumes', 'create', 'precious', '-a', 'blog-1', '--region', 'sjc', '--yes');
	for (const pid of listProcesses(rehearsal.worldPath).filter(each => each !== running.pid))
		process.kill(pid, 'SIGKILL');
	const ended = await running.ended;
	expect([ended.exit, failureOf(ended)?.code]).toEqual([7, 'not-made-here']);
	expect(volumesOf('blog-1')).toEqual(['precious']);
	expect(hasJournal()).toBe(true);
});

test('an app that Fly does not show is not gone while its volume exists', async () => {
	expect((await setUp('blog-1')).exit).toBe(0);
	const {path, configFolder} = makeFlyWrapper(rehearsal);
	// What flyctl says of an app that the account cannot see.
	const hiding = `case "$1" in status) echo 'Error: failed to get app: Could not find App' >&2; exit 1;; esac`;
	writeFileSync(
		path,
		readFileSync(path, 'utf8').replace('\nexec', () => `\n${hiding}\nexec`),
	);
	const project = join(rehearsal.folder, 'blog');
	cpSync(join(rehearsal.stateFolder(), 'project'), project, {recursive: true});
	const {project: _, ...state} = readJournal();
	const journal = openJournal({
		folder: projectFolder(join(rehearsal.stateHome, 'phxfly'), project),
		...{project, isRehearsal: false, steps, nowMs: Date.now()},
	});
	journal.change(() => ({...state, project, isRehearsal: false}));
	const refused = await rehearsal.run(['destroy', '--yes', '--json', '--fly', path], {
		...{cwd: project, env: {FLY_CONFIG_DIR: configFolder}},
	});
	expect([refused.exit, failureOf(refused)?.code]).toEqual([6, 'list-not-believed']);
	expect(rehearsal.world().buckets.map(({name}) => name)).toEqual(['blog-1-store']);
});
