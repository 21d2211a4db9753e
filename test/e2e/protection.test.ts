import {existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {answerFlags} from '../helpers/answers.ts';
import {openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

const generated = [
	'ARG RUNNER_IMAGE="debian:bookworm-slim"',
	'FROM elixir:1.18 AS builder',
	'WORKDIR /app',
	'COPY mix.exs mix.lock ./',
	'COPY . .',
	'RUN mix release',
	'FROM $RUNNER_IMAGE',
	'WORKDIR "/app"',
	'COPY --from=builder --chown=nobody:root /app/_build/prod/rel/wisp ./',
	'USER nobody',
	'CMD ["/app/bin/server"]',
	'',
].join('\n');

let rehearsal: Rehearsal;
let project: string;
beforeEach(() => {
	rehearsal = openRehearsal();
	project = join(rehearsal.folder, 'shop');
	copySample(rehearsal.packageFolder, project);
});
afterEach(() => rehearsal.close());

const path = (name: string) => join(project, name);
const read = (name: string) => readFileSync(path(name), 'utf8');
const write = (name: string, text: string) => writeFileSync(path(name), text);
const change = (name: string, from: string | RegExp, to: string) => {
	const after = read(name).replace(from, to);
	expect(after).not.toBe(read(name));
	write(name, after);
};

const command = (name: string, ...more: readonly string[]) =>
	rehearsal.run([...[name, 'shop', '--json'], ...answerFlags(), ...more, '--world', 'w.json']);
const setUp = (...more: readonly string[]) =>
	command('rehearse', '--yes', '--speed', '1000', '--wait', '1h', ...more);

/** Without a world no flyctl was called. */
const changes = () =>
	(existsSync(rehearsal.worldPath) ? rehearsal.world().calls : []).filter(({mutates}) => mutates);

const start = (text: string) => write('Dockerfile', generated.replace('CMD ["/app/bin/server"]', text));

type Refusal = readonly [name: string, prepare: () => void, says: RegExp, flags?: readonly string[]];

const refusals: readonly Refusal[] = [
	['LiteFS', () => start('ENTRYPOINT litefs mount'), /under LiteFS/],
	['no start command', () => start('# nothing'), /what to start/],
	['a supervisor', () => start('CMD ["supervisord"]'), /several programs/],
	[
		'a Dockerfile that cannot be read',
		() => start('RUN cat << EOF\nx\nEOF\nCMD ["x"]'),
		/cannot read line 11/,
	],
	['an image without a shell', () => write('Dockerfile', 'FROM scratch\nCMD ["/server"]\n'), /no shell/],
	[
		'an own entrypoint that is not used',
		() => {
			write('Dockerfile', generated);
			write('rel/entrypoint.sh', '#!/bin/sh\nexec "$@"\n');
		},
		/not phxfly's/,
	],
	[
		'[build] image',
		() => change('fly.toml', 'dockerfile = "Dockerfile"', 'image = "x/y"'),
		/deploys the image x\/y/,
	],
	[
		'two groups',
		() => change('fly.toml', '[env]', '[processes]\na = "x"\nb = "y"\n\n[env]'),
		/2 process groups/,
	],
	['a given image', () => start('CMD ["x"]'), /x\/y:1 is not built here/, ['--image', 'x/y:1']],
];

test.each(refusals.map(([name, prepare, says, flags = []]) => ({name, prepare, says, flags})))(
	'$name is refused before anything is asked or changed',
	async ({prepare, says, flags}) => {
		prepare();
		const before = readTree(project);
		for (const run of [() => setUp(...flags), () => command('plan', '--rehearse', ...flags)]) {
			const {exit, events} = await run();
			expect(exit).toBe(9);
			expect(events.find(({type}) => type === 'failed')).toMatchObject({
				code: 'cannot-protect',
				message: expect.stringMatching(says),
				hint: expect.stringContaining('Nothing was changed.'),
			});
		}

		expect(changes()).toEqual([]);
		expect(readTree(project)).toEqual(before);
	},
);

test('a Dockerfile without Litestream gets one hunk, and the app a replica', async () => {
	write('Dockerfile', generated);
	const {exit, events} = await setUp();
	expect(events.findLast(({id, type}) => id === 'replica' && type === 'check-changed')).toMatchObject({
		status: 'proved',
	});
	// Without sqlite3 in the image, phxfly cannot tell its migrations. It proves everything else.
	const open = events.filter(({type, status}) => type === 'check-changed' && status === 'could-not-tell');
	expect(open.map(({id}) => id)).toEqual(['migrations']);
	expect(exit).toBe(3);
	// The rehearsal writes into its copy of the project.
	const after = readFileSync(join(rehearsal.stateFolder(), 'project', 'Dockerfile'), 'utf8').split('\n');
	const old = generated.split('\n');
	expect(after.filter(line => old.includes(line))).toEqual(old);
	expect(after.filter(line => !old.includes(line))).toEqual([
		expect.stringMatching(/^# Litestream/),
		'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream',
		'COPY etc/litestream.yml /etc/litestream.yml',
		'COPY --chmod=0755 rel/entrypoint.sh /usr/local/bin/entrypoint',
		'ENTRYPOINT ["/usr/local/bin/entrypoint"]',
	]);
});

test('the Dockerfile that fly.toml names is the one that changes', async () => {
	mkdirSync(path('deploy'));
	write('deploy/web.image', generated);
	change('fly.toml', 'dockerfile = "Dockerfile"', 'dockerfile = "./deploy/web.image"');
	const {exit, stdout} = await rehearsal.run([
		...['plan', 'shop', '--rehearse'],
		...answerFlags(),
		'--world',
		'w.json',
	]);
	expect(exit).toBe(0);
	expect(stdout).toContain('write deploy/web.image\n');
	expect(stdout).toContain('+++ b/deploy/web.image\n');
	expect(stdout).not.toContain('write Dockerfile');
});

test('a Dockerfile behind a link, in a folder without Git, is read through it', async () => {
	expect(existsSync(path('.git'))).toBe(false);
	mkdirSync(path('deploy'));
	write('deploy/web.image', generated.replaceAll('\n', '\r\n'));
	rmSync(path('Dockerfile'), {force: true});
	symlinkSync('deploy/web.image', path('Dockerfile'));
	const before = readTree(project);
	const {exit, stdout} = await rehearsal.run([
		...['plan', 'shop', '--rehearse'],
		...answerFlags(),
		'--world',
		'w.json',
	]);
	expect(exit).toBe(0);
	expect(stdout).toContain('+++ b/Dockerfile\n');
	expect(stdout).toContain('+ENTRYPOINT ["/usr/local/bin/entrypoint"]');
	expect(readTree(project)).toEqual(before);

	rmSync(path('Dockerfile'));
	symlinkSync('../outside', path('Dockerfile'));
	const {events, exit: refused} = await command('plan', '--rehearse');
	expect(refused).not.toBe(0);
	expect(events.find(({type}) => type === 'failed')).toMatchObject({hint: expect.stringMatching(/\S/)});
});
