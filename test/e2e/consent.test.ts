import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import {answerFlags} from '../helpers/answers.ts';
import {openFinished} from '../helpers/finished-worlds.ts';
import {makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const place = ['--speed', '1000', '--world', 'w.json'];
const answersFile = `app = "blog-1"
org = "personal"
region = "sjc"
domain = "none"
mail-key = "none"
storage = "tigris"
`;

let fresh: Rehearsal;
let finished: Rehearsal;
/** The arguments of each command that changes the account, with every answer, and where it runs. */
let commands: Readonly<Record<string, Command>>;

type Command = {
	readonly rehearsal: Rehearsal;
	readonly args: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
};

beforeAll(async () => {
	fresh = openRehearsal();
	finished = await openFinished('tigris');
	const project = join(fresh.folder, 'blog');
	mkdirSync(project);
	copySample(fresh.packageFolder, project);
	writeFileSync(join(fresh.folder, 'answers.toml'), answersFile);
	const wrapper = makeFlyWrapper(fresh);
	const answers = ['--answers', 'answers.toml'];
	const onFinished = (command: string) => ({rehearsal: finished, args: [command, '--rehearse', ...place]});
	commands = {
		setup: {
			rehearsal: fresh,
			args: ['blog', ...answers, '--fly', wrapper.path],
			env: {FLY_CONFIG_DIR: wrapper.configFolder},
		},
		rehearse: {rehearsal: fresh, args: ['rehearse', ...answers, ...place]},
		apply: {rehearsal: fresh, args: ['apply', 'plan.json', '--rehearse', ...place]},
		deploy: onFinished('deploy'),
		destroy: onFinished('destroy'),
		ci: {
			...onFinished('ci'),
			args: ['ci', '--package', 'https://example.com/phxfly.tgz', '--rehearse', ...place],
		},
		rollback: {...onFinished('rollback'), args: ['rollback', '1', '--rehearse', ...place]},
	};
	const second = await finished.run(['deploy', '--rehearse', '--yes', ...place]);
	expect(second.exit).toBe(0);
	const saved = await fresh.run(['plan', '--rehearse', ...answers, ...place, '--out', 'plan.json']);
	expect(saved.exit).toBe(0);
});
afterAll(async () => {
	await fresh?.close();
	await finished?.close();
});

/** A shell's line for each way in which phxfly cannot ask. `"$@"` is phxfly with its arguments. */
const ways = {
	'a pipe': {line: '{ "$@"; echo "exit $?"; } 2>&1 | cat'},
	'standard input from /dev/null': {line: '"$@" </dev/null; echo "exit $?"'},
	CI: {line: 'CI=true "$@"; echo "exit $?"'},
	'a dumb terminal': {line: 'TERM=dumb "$@"; echo "exit $?"'},
	'--no-input': {line: '"$@"; echo "exit $?"', flag: '--no-input'},
	'--plain': {line: '"$@"; echo "exit $?"', flag: '--plain'},
	'--json': {line: '"$@"; echo "exit $?"', flag: '--json'},
} satisfies Record<string, {line: string; flag?: string}>;

const names = ['setup', 'rehearse', 'apply', 'deploy', 'rollback', 'ci', 'destroy'];
const cases = names.flatMap(name =>
	Object.entries(ways).map(([way, how]): [string, string, {line: string; flag?: string}] => [name, way, how]),
);

test.each(cases)(
	'%s without --yes and with %s: 5, the exact command, and nothing changed',
	async (name, _, how) => {
		const {rehearsal, args, env} = of(name);
		const before = stateOf(rehearsal);
		const whole = [...args, ...(how.flag ? [how.flag] : [])];
		const {folder, environment, packageFolder} = rehearsal;
		const words = ['-c', how.line, 'sh', process.execPath, join(packageFolder, 'dist', 'cli.js'), ...whole];
		const terminal = openTerminal('sh', words, {cwd: folder, env: {...environment, ...env}, columns: 500});
		onTestFinished(() => terminal.kill('SIGKILL'));
		await terminal.waitFor(/exit \d+/, 60_000);
		const said = terminal.scrollback();
		expect(said).toContain('exit 5');
		expect(said).toMatch(how.flag === '--json' ? /"code":"input-needed"/ : /^failed \(input-needed\)/m);
		expect(said).toContain(`${name} needs confirmation. Pass --yes to `);
		expect(said).toContain(`phxfly ${whole.join(' ')} --yes`);
		expect(stateOf(rehearsal)).toEqual(before);
	},
);

test('--json says that the flag is --yes, and names a command that works', async () => {
	const rehearsal = openRehearsal();
	onTestFinished(() => rehearsal.close());
	const args = ['rehearse', ...answerFlags(), ...place, '--json', '--wait', '1h'];
	const {exit, events, strayLines, stderr} = await rehearsal.run(args);
	expect({exit, strayLines, stderr}).toEqual({exit: 5, strayLines: [], stderr: ''});
	expect(events.map(({type}) => type)).toEqual(['input-needed', 'failed', 'finished']);
	expect(events[0]).toMatchObject({question: 'rehearse', flag: '--yes', values: []});
	const [phxfly, ...next] = events[0]?.next?.split(' ') ?? [];
	expect(phxfly).toBe('phxfly');
	expect((await rehearsal.run(next)).exit).toBe(0);
});

test('a missing answer comes first, and --yes once everything is answered', async () => {
	const rehearsal = openRehearsal();
	onTestFinished(() => rehearsal.close());
	const flags = answerFlags();
	const at = flags.indexOf('--domain');
	const missing = await rehearsal.run(['rehearse', ...flags.toSpliced(at, 2), ...place, '--json']);
	expect(missing.exit).toBe(5);
	expect(missing.events[0]).toMatchObject({type: 'input-needed', flag: '--domain'});
	const whole = await rehearsal.run(['rehearse', ...flags, ...place, '--json']);
	expect(whole.exit).toBe(5);
	expect(whole.events[0]).toMatchObject({type: 'input-needed', flag: '--yes'});
});

test('what only reads needs no --yes', async () => {
	const reading = [
		{command: 'plan', exit: 0},
		{command: 'status', exit: 0},
		{command: 'verify', exit: 0},
		{command: 'drill', exit: 0},
		{command: 'rollback', exit: 0},
		{command: 'pull', exit: 0},
		{command: 'doctor', exit: 0},
	];
	for (const {command, exit} of reading) {
		const ended = await finished.run([command, '--rehearse', ...place]);
		expect([command, ended.exit, ended.stderr]).toEqual([
			command,
			exit,
			expect.not.stringContaining('--yes'),
		]);
	}

	for (const name of ['setup', 'rehearse', 'apply']) {
		const {rehearsal, args, env} = of(name);
		const {exit, stderr} = await rehearsal.run([...args, '--dry-run'], env ? {env} : {});
		expect([name, exit, stderr]).toEqual([name, 0, expect.not.stringContaining('--yes')]);
	}
});

function of(name: string): Command {
	const command = commands[name];
	if (!command) throw new Error(`There is no ${name} here.`);
	return command;
}

/** What a refused command must leave alone: the account, the project, and its copy in a rehearsal. */
function stateOf(rehearsal: Rehearsal) {
	const files = [...readTree(join(rehearsal.folder, '..'))].filter(
		([path]) => path.startsWith('work/blog/') || /^state\/.*\/project\//.test(path),
	);
	return {
		changes: rehearsal.world().calls.filter(({mutates}) => mutates).length,
		files: new Map(files.map(([path, bytes]) => [path, bytes.toString('latin1')])),
	};
}
