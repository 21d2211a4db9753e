import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {type FlyWrapper, makeFlyWrapper} from '../helpers/fly-wrapper.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {type Ended, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';

vi.setConfig({testTimeout: 600_000, hookTimeout: 600_000});

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const [, section = ''] = readme.split('\n## In GitHub Actions\n');
const lines = [...(section.split('\n## ')[0] ?? '').matchAll(/^ +- run: npx phxfly (.+)$/gm)];
const commands = lines.map(([, words = '']) => words.split(' '));

let rehearsal: Rehearsal;
let project: string;
let wrapper: FlyWrapper;
let app: string;
beforeEach(() => {
	rehearsal = openRehearsal();
	project = join(rehearsal.folder, 'blog');
	mkdirSync(project);
	copySample(rehearsal.packageFolder, project);
	wrapper = makeFlyWrapper(rehearsal);
	// This app does not exist, so its site is unreachable from here.
	app = `phxfly-e2e-${rehearsal.folder.replaceAll(/[^a-z]/g, '').slice(-8)}-nowhere`;
	const answers = {
		app,
		org: 'personal',
		region: 'sjc',
		domain: 'none',
		'mail-key': 'none',
		storage: 'tigris',
		bucket: 'blog-1-store',
	};
	const toml = Object.entries(answers).map(([name, value]) => `${name} = "${value}"\n`);
	writeFileSync(join(project, 'answers.toml'), toml.join(''));
});
afterEach(() => rehearsal.close());

/** The job's commands one after the other on a runner that has only the checkout. */
async function runJob(): Promise<readonly Ended[]> {
	rmSync(rehearsal.stateHome, {recursive: true, force: true});
	const ended: Ended[] = [];
	for (const words of commands) {
		const at = words.indexOf('--wait');
		const asked = at < 0 ? words : words.slice(0, at);
		const args = [...asked, '--wait', '0s'];
		const env = {FLY_API_TOKEN: 'fo1_of_the_job', FLY_CONFIG_DIR: wrapper.configFolder, CI: 'true'};
		ended.push(await rehearsal.run([...args, '--fly', wrapper.path], {cwd: project, env}));
	}

	return ended;
}

const made = () =>
	rehearsal
		.world()
		.calls.filter(({mutates}) => mutates)
		.map(({argv}) => argv.slice(0, 2).join(' '));

test('the job of the README plans, applies, deploys, and verifies, each on a fresh runner', async () => {
	expect(commands.map(([name]) => name)).toEqual(['plan', 'apply', 'deploy', 'verify']);

	const first = await runJob();
	// A site that cannot be reached from here is not verified: 3.
	expect(
		first.map(({exit}) => exit),
		first.map(({stderr}) => stderr).join('\n'),
	).toEqual([0, 3, 3, 3]);
	const world = normaliseWorld(rehearsal.world());
	const count = made().length;

	const second = await runJob();
	expect(
		second.map(({exit}) => exit),
		second.map(({stderr}) => stderr).join('\n'),
	).toEqual([0, 3, 3, 3]);
	expect(normaliseWorld(rehearsal.world())).toEqual(world);
	// Without a journal the values of the listed secrets are unknown, so they are set again, and nothing is made.
	expect(made().slice(count)).toEqual(['secrets import', 'secrets import', 'secrets deploy', 'deploy -a']);
	for (const {stdout, stderr} of [...first, ...second])
		expect(stdout + stderr).not.toContain('fo1_of_the_job');
});
