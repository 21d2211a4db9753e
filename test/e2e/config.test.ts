import {cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {type JsonEvent, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {chatFolder} from '../helpers/template-files.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
	cpSync(chatFolder, join(rehearsal.folder, 'chat'), {recursive: true});
});
afterEach(() => rehearsal.close());

const env = {ANTHROPIC_API_KEY: 'one-key'};
const place = ['--world', 'w.json', '--speed', '300'];
const answers = ['--org', 'personal', '--domain', 'none'];
const setUp = (...more: readonly string[]) =>
	rehearsal.run(['rehearse', 'chat', '--yes', '--json', '--wait', '1h', ...answers, ...more, ...place], {
		env,
	});
const run = (command: string, ...more: readonly string[]) =>
	rehearsal.run([command, 'chat', '--rehearse', '--json', ...more, ...place], {env});
const call = (...words: readonly string[]) => rehearsal.run([...words], {env});
const failed = (events: readonly JsonEvent[]) => events.find(({type}) => type === 'failed');

/** What flyctl leaves for an app of that name, with the line ends of Windows and a byte order mark where asked for. */
function put(path: string, app: string, {lineEnd = '\n', mark = '', build = ''} = {}): void {
	const file = join(rehearsal.folder, 'chat', path);
	mkdirSync(join(file, '..'), {recursive: true});
	const lines = [`app = "${app}"`, 'primary_region = "ams"', '', '[build]', build, '', '# kept', '[env]'];
	writeFileSync(file, mark + [...lines, '  PORT = "8080"', ''].join(lineEnd));
}

const findCopy = (path: string) => join(rehearsal.stateFolder(), 'project', path);

const callsOf = (command: string) =>
	rehearsal
		.world()
		.calls.filter(({argv}) => argv.join(' ').startsWith(command))
		.map(({argv}) => argv.join(' '));

test('the only fly.NAME.toml is the one that setup edits, flyctl gets, and every later command uses', async () => {
	put('fly.production.toml', 'parley-1', {lineEnd: '\r\n', mark: '\uFEFF'});
	const {exit, stderr} = await setUp();
	expect(exit, stderr).toBe(0);
	const written = readFileSync(findCopy('fly.production.toml'), 'utf8');
	expect(written).toMatch(/^\uFEFFapp = "parley-1"\r\n/);
	expect(written).toContain('[[vm]]\r\n');
	expect(written).not.toMatch(/(?<!\r)\n/);
	expect(existsSync(findCopy('fly.toml'))).toBe(false);
	expect(callsOf('deploy')).toEqual([expect.stringMatching(/-a parley-1 .* --config fly\.production\.toml/)]);
	expect(callsOf('config validate')[0]).toContain('--config fly.production.toml');

	for (const command of ['status', 'verify']) expect((await run(command)).exit, command).toBe(0);
	const examined = await run('doctor');
	expect([examined.exit, examined.events.map(({type}) => type)]).toEqual([0, ['finished']]);
	expect((await run('deploy', '--yes')).exit).toBe(0);
	expect(callsOf('deploy').at(-1)).toContain('--config fly.production.toml');
	expect((await setUp()).exit).toBe(0);
	expect(callsOf('deploy')).toHaveLength(2);
});

test('two configurations are two apps: each has its answers, its records, and its removal', async () => {
	put('fly.toml', 'parley-staging');
	put('fly.production.toml', 'parley-1');
	expect((await setUp('--config', 'fly.production.toml')).exit).toBe(0);
	const production = readFileSync(findCopy('fly.production.toml'), 'utf8');
	expect(readFileSync(findCopy('fly.toml'), 'utf8')).not.toContain('[[vm]]');

	const remembered = await run('status');
	expect(remembered.exit).toBe(0);
	expect(remembered.stdout).toContain('parley-1');
	const other = await run('status', '--config', 'fly.toml');
	expect(failed(other.events)).toMatchObject({
		code: 'app-missing',
		message: expect.stringContaining('parley-staging'),
	});
	const doomed = await run('destroy', '--config', 'fly.toml', '--yes');
	expect(failed(doomed.events)).toMatchObject({code: 'app-not-known'});

	const second = await setUp('--config', 'fly.toml');
	expect(second.exit, second.stderr).toBe(0);
	expect(rehearsal.world().apps.map(({name}) => name)).toEqual(['parley-1', 'parley-staging']);
	expect(callsOf('deploy').at(-1)).not.toContain('--config');
	expect(readFileSync(findCopy('fly.production.toml'), 'utf8')).toBe(production);

	const removed = await run('destroy', '--config', 'fly.production.toml', '--yes');
	expect(removed.exit, removed.stderr).toBe(0);
	expect(rehearsal.world().apps.map(({name}) => name)).toEqual(['parley-staging']);
	expect((await run('verify')).exit).toBe(0);
});

test('a plan for another configuration names it in diff, command, and script, and apply takes it from the plan', async () => {
	put('fly.toml', 'parley-staging');
	put('deploy/fly my app.toml', 'parley-1', {build: '  dockerfile = "../ops/Dockerfile.prod"'});
	put('ops/Dockerfile.prod', 'x');
	writeFileSync(
		join(rehearsal.folder, 'chat', 'ops/Dockerfile.prod'),
		'FROM debian:bookworm\nCOPY rel /app\nCMD ["/app/bin/server"]\n',
	);
	const plan = ['plan', 'chat', '--rehearse', ...answers, '--config', 'deploy/fly my app.toml', ...place];
	const shown = await call(...plan);
	expect(shown.stdout).toContain('+++ b/deploy/fly my app.toml');
	expect(shown.stdout).toMatch(/fly deploy -a parley-1 .* --config 'deploy\/fly my app\.toml'/);
	expect(shown.stdout).not.toContain('Dockerfile\n');
	const script = await call(...plan, '--script');
	expect(script.stdout).toMatch(/phxfly verify --config '.*deploy\/fly my app\.toml/);

	expect((await call(...plan, '--out', 'plan.json')).exit).toBe(0);
	const fixed = await call('apply', 'plan.json', 'chat', '--config', 'fly.toml', '--rehearse', ...place);
	expect([fixed.exit, fixed.stderr]).toEqual([2, expect.stringContaining('Remove --config')]);
	const applied = await call(
		...['apply', 'plan.json', 'chat', '--rehearse', '--yes', '--json', '--wait', '1h'],
		...place,
	);
	expect(applied.exit, applied.stderr).toBe(0);
	expect(rehearsal.world().apps.map(({name}) => name)).toEqual(['parley-1']);
	expect(callsOf('deploy')).toEqual([expect.stringContaining('--config deploy/fly my app.toml')]);
});

test('nothing is guessed: a file that is not there, several, one outside, and one that does not parse end with exit 2', async () => {
	put('fly.staging.toml', 'parley-staging');
	put('fly.production.toml', 'parley-1');
	const several = await run('plan', ...answers);
	expect([several.exit, failed(several.events)]).toMatchObject([2, {code: 'several-fly-tomls'}]);
	for (const command of ['status', 'verify', 'doctor', 'drill', 'pull', 'deploy', 'destroy']) {
		const {exit, events} = await rehearsal.run([command, 'chat', '--json', '--yes'], {env});
		expect([command, exit, failed(events)?.code]).toEqual([command, 2, 'several-fly-tomls']);
	}

	const missing = await run('plan', '--config', 'fly.prod.toml', ...answers);
	expect([missing.exit, failed(missing.events)]).toMatchObject([2, {code: 'no-fly-toml'}]);
	const outside = await run('doctor', '--config', '../fly.toml');
	expect(failed(outside.events)?.code).toMatch(/outside-project|no-folder/);
	writeFileSync(join(rehearsal.folder, 'chat', 'fly.staging.toml'), 'app = \n');
	const broken = await run('plan', '--config', 'fly.staging.toml', ...answers);
	expect([broken.exit, failed(broken.events)?.message]).toEqual([
		2,
		expect.stringContaining('fly.staging.toml, line 1'),
	]);
});
