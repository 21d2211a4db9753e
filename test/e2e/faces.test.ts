import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, expect, test, vi} from 'vitest';
import {answerFlags} from '../helpers/answers.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

vi.setConfig({testTimeout: 580_000, hookTimeout: 580_000});

const enter = '\r';
const common = ['rehearse', '--speed', '200', '--wait', '1h', '--world', 'w.json'];
/** The bucket as the screens propose it. */
const flags = answerFlags().map(word => (word === 'blog-1-store' ? 'blog-1-replica' : word));
const answersFile = `app = "blog-1"
org = "personal"
region = "sjc"
volume-size = 1
domain = "blog.example.com"
mail-key = "none"
storage = "tigris"
bucket = "blog-1-replica"
`;

/** What one face did, and what it said in the end. */
type Seen = {
	readonly exit: number | undefined;
	readonly calls: readonly string[];
	readonly world: ReturnType<typeof normaliseWorld>;
	/** All that was printed, lines unwrapped. */
	readonly text: string;
};

const faces: Readonly<Record<string, (rehearsal: Rehearsal) => Promise<Pick<Seen, 'exit' | 'text'>>>> = {
	json: rehearsal => runIt(rehearsal, [...flags, '--yes', '--json']),
	plain: rehearsal => runIt(rehearsal, [...flags, '--yes', '--plain']),
	'answers file': rehearsal => {
		writeFileSync(join(rehearsal.folder, 'answers.toml'), answersFile);
		return runIt(rehearsal, ['--answers', 'answers.toml', '--yes']);
	},
	interactive: rehearsal => walk(rehearsal, []),
	'screen reader': rehearsal => walk(rehearsal, ['--screen-reader']),
};

async function runIt(rehearsal: Rehearsal, args: readonly string[]) {
	const {exit, stdout, stderr} = await rehearsal.run([...common, ...args]);
	return {exit, text: stdout + stderr};
}

/** The questions on a screen, each answered by keys; app, region and volume as a person would type them. */
async function walk(rehearsal: Rehearsal, args: readonly string[]) {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const terminal = openTerminal(process.execPath, [cli, ...common, ...args], {
		cwd: rehearsal.folder,
		env: rehearsal.environment,
		columns: 200,
		rows: 60,
	});
	const answer = async (label: string, typed = '') => {
		await terminal.waitFor(new RegExp(`› ${label}\\b`), 90_000);
		terminal.type(typed);
		await terminal.waitFor(new RegExp(`› ${label}\\b *${typed}`), 90_000);
		terminal.type(enter);
	};
	await answer('app', 'blog-1');
	await answer('region', 'sjc');
	await answer('volume');
	await answer('machine');
	await answer('domain', 'blog.example.com');
	await answer('mail');
	await terminal.waitFor(/Press\s+Enter\s+again\s+to\s+skip/, 90_000);
	terminal.type(enter);
	await answer('storage');
	await terminal.waitFor(/Start/, 90_000);
	terminal.type(enter);
	const exit = await terminal.exits(180_000);
	return {exit, text: terminal.scrollback()};
}

const seen = new Map<string, Seen>();

beforeAll(async () => {
	for (const [name, run] of Object.entries(faces)) {
		const rehearsal = openRehearsal();
		try {
			const ended = await run(rehearsal);
			const world = rehearsal.world();
			const calls = world.calls.filter(({mutates}) => mutates).map(({argv}) => argv.join(' '));
			seen.set(name, {...ended, calls: calls.sort(), world: normaliseWorld(world)});
		} finally {
			await rehearsal.close();
		}
	}
});

const names = Object.keys(faces).map(name => [name] as const);
const of = (name: string): Seen => {
	const found = seen.get(name);
	if (!found) throw new Error(`${name} did not run.`);
	return found;
};

/** What differs from run to run: ids, sizes, moments. */
const mask = (text: string) => text.replaceAll(/\b[\da-f]{8,}\b|\d+/g, '#');

/** The last word on each check, from the lines of `--json`. */
const listProof = () =>
	new Map(
		of('json')
			.text.split('\n')
			.filter(line => line.includes('"check-changed"'))
			.map(line => JSON.parse(line) as {id: string; status: string; detail: string})
			.filter(({status}) => status !== 'checking')
			.map(({id, detail}) => [id, mask(detail)]),
	);

test.each(names)(
	'%s: ends with 0, after the same changing calls, with the same things in the account',
	name => {
		expect(of(name).exit, of(name).text.slice(-3000)).toBe(0);
		expect(of(name).calls.map(mask)).toEqual(of('json').calls.map(mask));
		expect(of(name).calls.length).toBeGreaterThan(7);
		expect(of(name).world).toEqual(of('json').world);
	},
);

const onScreens = ['interactive', 'screen reader'];

test.each(names.filter(([name]) => !onScreens.includes(name)))(
	'%s: reports every check with the same finding',
	name => {
		const proof = listProof();
		expect(proof.size).toBeGreaterThan(12);
		const text = mask(of(name).text).replaceAll(/\s+/g, ' ');
		const missing = [...proof].filter(
			([id, detail]) =>
				!new RegExp(`\\b${id}\\b`).test(text) || !text.includes(detail.replaceAll(/\s+/g, ' ')),
		);
		expect(missing).toEqual([]);
	},
);

test.each(names.filter(([name]) => name !== 'json'))(
	'%s: counts the checks when all of them passed',
	name => {
		expect(of(name).text).toContain(`${listProof().size} checks passed`);
	},
);

test.each(names.filter(([name]) => name !== 'json'))('%s: says the same in the end', name => {
	const {text} = of(name);
	expect(text).toContain('blog-1 is running and backed up.');
	expect(text).toMatch(/sign in:? +https:\/\/blog\.example\.com\. No mail key is set/);
	expect(text).toContain('Rehearsal finished. Nothing real was made.');
	expect(text).toContain("For real, in your app's folder: phxfly");
	expect(text).not.toContain('git add');
	expect(text).toContain('phxfly logs --rehearse');
});

test('an error breaks between words on a terminal, and not at all in a pipe', async () => {
	const args = [fileURLToPath(new URL('../../dist/cli.js', import.meta.url)), 'deploy', '--dry-run'];
	const {stderr} = spawnSync(process.execPath, args, {encoding: 'utf8'});
	expect(stderr.split('\n')).toHaveLength(3);
	const terminal = openTerminal(process.execPath, args, {columns: 32});
	await terminal.exits();
	const words = (text: string) => text.trim().split(/\s+/);
	expect(words(terminal.screen())).toEqual(words(stderr));
});
