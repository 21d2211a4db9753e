import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {asChildren, listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {type OpenTerminal, openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const [enter, esc, tab] = ['\r', '\u001b', '\t'];
const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;

let rehearsal: Rehearsal;
let terminal: OpenTerminal | undefined;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(async () => {
	terminal?.kill('SIGKILL');
	await rehearsal.close();
});

function open(env: Readonly<Record<string, string>> = {}): OpenTerminal {
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const opened = openTerminal(
		process.execPath,
		[cli, 'rehearse', '--speed', '40', '--wait', '1h', '--world', 'w.json'],
		{
			cwd: rehearsal.folder,
			env: {...rehearsal.environment, ...env},
		},
	);
	terminal = {...opened, waitFor: (wanted, timeoutMs = 90_000) => opened.waitFor(wanted, timeoutMs)};
	return terminal;
}

/** Returns the row of an answer on the screen. */
const row = (screen: string, label: string) =>
	screen.split('\n').find(line => line.trimStart().startsWith(`${label} `)) ?? '';

test('walks, goes back, filters, pastes, is killed, continues without a question, and closes', {
	timeout: 120_000,
}, async () => {
	// The build continues when the wizard is killed.
	const first = open(asChildren);
	await first.waitFor(/› app +wisp-sample/);
	first.type(enter);

	await first.waitFor(/› region/);
	first.type(enter);
	await first.waitFor(/› volume/);
	// Back, and another region by its name: the filter leaves only that one.
	first.type(esc);
	await first.waitFor(/› region/);
	first.type('frankf');
	await first.waitFor(screen => /› region +frankf/.test(screen) && /› fra +Frankfurt/.test(screen));
	expect(first.screen()).not.toContain('San Jose');
	first.type(enter);
	const atVolume = await first.waitFor(/› volume/);
	expect(row(atVolume, 'region')).toMatch(/fra, Frankfurt/);
	first.type(enter);
	await first.waitFor(/› machine/);
	first.type(enter);

	await first.waitFor(/› domain/);
	first.type(paste('https://blog.example.com/posts\n'));
	await first.waitFor(/› domain +https:\/\/blog\.example\.com\/posts/);
	first.type(enter);
	await first.waitFor(/Enter only the host[\s\S]*use suggestion: blog\.example\.com/);
	first.type(tab);
	await first.waitFor(/› domain +blog\.example\.com/);
	first.type(enter);

	await first.waitFor(/› mail/);
	first.type(enter);
	await first.waitFor(/Press\s+Enter\s+again\s+to\s+skip/);
	first.type(enter);
	await first.waitFor(/› storage/);
	first.type(enter);

	const review = await first.waitFor(/Review .*[\s\S]*Start/);
	expect(review).toContain('Change an answer');
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
	first.type(enter);

	// Killed while the image builds.
	await first.waitFor(screen => screen.includes('Deploy') && rehearsal.isCalling('deploy'), 60_000);
	process.kill(first.pid, 'SIGKILL');
	expect(await first.exits(90_000)).toBe(137);
	expect(rehearsal.world()).toMatchObject({apps: [{name: 'wisp-sample'}], volumes: [{region: 'fra'}]});

	const second = open();
	const reviewAgain = await second.waitFor(/Review |› (app|region|volume|machine|domain|mail|storage)/);
	expect(reviewAgain).toMatch(/Review /);
	second.type(enter);
	expect(await second.exits(90_000)).toBe(0);

	// What a person reads afterwards is still there.
	const closing = second.scrollback();
	expect(closing).toContain('https://blog.example.com');
	expect(closing).toContain('blog.example.com');
	expect(closing).not.toMatch(/› (app|region|volume|machine|domain|mail|storage)/);
	expect(listProcesses(rehearsal.worldPath)).toEqual([]);
	expect(normaliseWorld(rehearsal.world())).toMatchObject({
		apps: [{name: 'wisp-sample', org: 'personal'}],
		volumes: [{name: 'wisp_data', region: 'fra', sizeGb: 1, isAttached: true}],
		buckets: [{name: 'wisp-sample-replica'}],
		certificates: [{hostname: 'blog.example.com', status: 'active'}],
		addresses: [{type: 'shared_v4'}, {type: 'v6'}],
		machines: [{state: 'started', region: 'fra', mounts: [{path: '/data'}]}],
		newestReleases: [{status: 'complete'}],
	});
});

test('ctrl-c at a question: 130, answers are saved and not asked again', async () => {
	const first = open();
	await first.waitFor(/› app/);
	first.type(`blog-2${enter}`);
	await first.waitFor(/› region/);
	first.type(`ams${enter}`);
	await first.waitFor(/› volume/);
	first.type('\u0003');
	expect(await first.exits(90_000)).toBe(130);
	expect(first.scrollback()).toMatch(/answers are saved.*phxfly rehearse/s);

	const second = open();
	const screen = await second.waitFor(/› \w+/);
	expect(screen).toMatch(/› volume/);
	expect(row(screen, 'app')).toMatch(/blog-2/);
	expect(row(screen, 'region')).toMatch(/ams, Amsterdam/);
	second.type('\u0003');
	expect(await second.exits(90_000)).toBe(130);
	expect(rehearsal.world().calls.filter(({mutates}) => mutates)).toEqual([]);
});
