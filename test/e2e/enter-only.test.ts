import {cpSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {openRehearsal} from '../helpers/rehearsal.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 240_000, hookTimeout: 60_000});

const windows = [
	{columns: 80, rows: 24},
	{columns: 40, rows: 10},
];
const again = /Press\s+Enter\s+again\s+to\s+skip\s+it/;

/** Presses Enter whenever a screen waits for it, and nothing else. Returns those screens. */
async function pressEnter(
	args: readonly string[],
	{columns, rows}: (typeof windows)[number],
	steps: readonly RegExp[],
) {
	const rehearsal = openRehearsal();
	onTestFinished(() => rehearsal.close());
	cpSync(new URL('../fixtures/chat', import.meta.url), join(rehearsal.folder, 'chat'), {recursive: true});
	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const terminal = openTerminal(process.execPath, [cli, 'rehearse', ...args, '--world', 'w.json'], {
		cwd: rehearsal.folder,
		env: {...rehearsal.environment, TZ: 'UTC'},
		columns,
		rows,
	});
	onTestFinished(() => terminal.kill('SIGKILL'));
	const screens: string[] = [];
	for (const step of steps) {
		screens.push(await terminal.waitFor(step, 90_000));
		if (!step.source.includes('Start'))
			expect(rehearsal.world().calls.some(({mutates}) => mutates)).toBe(false);
		terminal.type('\r');
	}

	expect(await terminal.exits(180_000)).toBe(0);
	return {screens, closing: terminal.scrollback(), world: rehearsal.world()};
}

test.each(windows)(
	'at $columns×$rows, Enter leads through a whole setup; without domain and mail after a second one',
	async window => {
		const {screens, closing, world} = await pressEnter(['--speed', '400'], window, [
			...[/› app/, /› region/, /› volume/, /› machine/, /› domain/, again, /› mail/, again, /› storage/],
			/› Start/,
		]);
		expect(closing.replaceAll(/\s+/g, '')).toContain('https://wisp-sample.fly.dev');
		expect(normaliseWorld(world)).toMatchObject({
			apps: [{name: 'wisp-sample', org: 'personal'}],
			volumes: [{region: 'sjc', sizeGb: 1}],
			buckets: [{name: 'wisp-sample-replica'}],
			certificates: [],
			machines: [{state: 'started'}],
			newestReleases: [{status: 'complete'}],
		});

		const said = screens.map(text => text.replaceAll(/\s+/g, ' '));
		expect(said[4]).toContain('Leave empty to use the fly.dev address.');
		expect(said[5]).toContain('Without a domain, the site is at wisp-sample.fly.dev.');
		expect(said[6]).toContain('Leave empty to skip; sign-in emails will not be delivered.');
		expect(said[7]).toContain('Without a mail key, sign-in emails are not delivered.');
	},
);

test('a required secret is skipped by a second Enter, after what breaks; an unknown region is not called yours', async () => {
	const {screens, world} = await pressEnter(['chat', '--speed', '400'], {columns: 80, rows: 24}, [
		...[/› app/, /› region/, /› machine/, /› domain/, again, /› ANTHROPIC/, again],
		/› Start/,
	]);
	expect(screens[5]?.replaceAll(/\s+/g, ' ')).toContain('Leave empty to skip it.');
	const asked = screens[6]?.replaceAll(/\s+/g, ' ');
	expect(asked).toMatch(/The app starts without it, but .* Press Enter again to skip it\./);
	expect(asked).toMatch(/ region iad, .* default: your time/);
	expect(world.secrets.map(({name}) => name)).not.toContain('ANTHROPIC_API_KEY');
	expect(world.machines).toMatchObject([{state: 'started', region: 'iad'}]);
});
