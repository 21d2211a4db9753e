import {execFileSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {providerAnswers, rehearseArgs} from '../helpers/answers.ts';
import {asChildren, listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {describeEnd, openSetup, type Setup} from './faulty-setup.ts';

let setup: Setup;
const pathOf = () => join(setup.stateFolder, 'journal.json');
const edit = (change: (journal: Record<string, unknown>) => unknown) => () => {
	const journal = JSON.parse(readFileSync(pathOf(), 'utf8')) as Record<string, unknown>;
	writeFileSync(pathOf(), JSON.stringify(change(journal)));
};
const addForeign = (apps: unknown) => {
	const [section] = apps as readonly {readonly made: readonly object[]}[];
	return {...section, made: [...(section?.made ?? []), {step: 'create-volume', id: 'vol_of_others'}]};
};
const digestOf = (name: string) => setup.world.secrets.find(secret => secret.name === name)?.sha256;

describe('an unusable journal: reports and archives it, and continues from the account', () => {
	afterEach(() => setup.close());

	const spoilt: readonly (readonly [string, RegExp, () => void])[] = [
		['of a newer version', /newer phxfly wrote it \(version 7\)/, edit(journal => ({...journal, v: 7}))],
		[
			'of another folder',
			/belongs to another folder, \/elsewhere/,
			edit(journal => ({...journal, project: '/elsewhere'})),
		],
		[
			'of a real account',
			/mixes a rehearsal with a real account/,
			edit(journal => ({...journal, isRehearsal: false})),
		],
		['edited by hand', /unexpected content at apps/, edit(journal => ({...journal, apps: 'everything'}))],
		[
			'edited to name what others made',
			/another program changed it/,
			edit(journal => ({...journal, apps: [addForeign(journal.apps)]})),
		],
		['that is a list', /unexpected content/, edit(() => [])],
		[
			'that is truncated',
			/truncated/,
			() => writeFileSync(pathOf(), readFileSync(pathOf(), 'utf8').slice(0, -40)),
		],
		['that is empty', /is empty/, () => writeFileSync(pathOf(), '')],
		['of zeros', /truncated/, () => writeFileSync(pathOf(), Buffer.alloc(2000))],
	];
	test.each(spoilt)('%s', async (_, why, injectFault) => {
		setup = openSetup('s3');
		expect(describeEnd(await setup.run())).toBe('0');
		await setup.wait(900_000);
		const wanted = setup.state();
		const keyBase = digestOf('SECRET_KEY_BASE');
		const bytes = () => readdirSync(setup.stateFolder).filter(name => name.startsWith('journal.kept-'));
		injectFault();
		const spoiltBytes = readFileSync(pathOf());
		expect(describeEnd(await setup.run())).toBe('0');
		await setup.wait(900_000);
		const [archive = '', ...others] = bytes();
		expect(others).toEqual([]);
		expect(readFileSync(join(setup.stateFolder, archive)).equals(spoiltBytes)).toBe(true);
		expect(setup.output.join('\n')).toMatch(why);
		expect(setup.output.join('\n')).toContain(archive);
		expect(setup.state()).toEqual(wanted);
		expect(digestOf('SECRET_KEY_BASE')).toBe(keyBase);
		// After that there is a good one again.
		expect(describeEnd(await setup.run())).toBe('0');
		expect(bytes()).toEqual([archive]);
	});

	test('an old one, or none: creates nothing twice', async () => {
		setup = openSetup();
		await setup.run([{command: 'volumes create', fault: 'logged-out'}]);
		const old = `${pathOf()}.old`;
		copyFileSync(pathOf(), old);
		expect(describeEnd(await setup.run())).toBe('0');
		await setup.wait(900_000);
		const wanted = setup.state();
		const keyBase = digestOf('SECRET_KEY_BASE');
		const made = setup.changes().length;
		copyFileSync(old, pathOf());
		expect(describeEnd(await setup.run())).toBe('0');
		rmSync(pathOf());
		expect(describeEnd(await setup.run())).toBe('0');
		await setup.wait(900_000);
		expect(setup.state()).toEqual(wanted);
		expect(digestOf('SECRET_KEY_BASE')).toBe(keyBase);
		expect(
			setup
				.changes()
				.slice(made)
				.filter(change => !change.startsWith('secrets') && change !== 'deploy'),
		).toEqual([]);
	});
});

describe('the built program', () => {
	let rehearsal: Rehearsal;
	afterEach(() => rehearsal.close());
	const args = [...rehearseArgs(200), '--wait', '1h'];

	test('archives a truncated journal, says where, cleans up after a kill, and continues', {
		timeout: 120_000,
	}, async () => {
		rehearsal = openRehearsal();
		const {env} = providerAnswers.s3;
		// Slow enough for a busy computer to see the call under way. A kill can also lose the keys of a bucket it makes.
		const killed = rehearsal.start(rehearseArgs(20, 's3'), {env: {...env, ...asChildren}});
		await killed.until(() => rehearsal.isCalling('volumes', 'create'));
		killed.kill('SIGKILL');
		await killed.ended;
		// A volume that appears while the next run works would not be its own, since the journal is torn.
		await expect.poll(() => listProcesses(rehearsal.worldPath)).toEqual([]);
		const folder = rehearsal.stateFolder();
		const path = join(folder, 'journal.json');
		writeFileSync(path, readFileSync(path, 'utf8').slice(0, -30));
		writeFileSync(join(folder, 'journal.json.tmp-123456789'), 'half');
		mkdirSync(join(folder, 'fly-AbC123'));
		writeFileSync(join(folder, 'fly-AbC123', 'config.yml'), 'access_token: x');
		// Whether the kill came before fly.toml named the app is a matter of time.
		const again = [...rehearseArgs(200, 's3'), '--wait', '1h', '--adopt'];
		const done = await rehearsal.run(
			again.filter(word => word !== '--json'),
			{env},
		);
		expect({exit: done.exit, stderr: done.stderr}).toMatchObject({exit: 0});
		expect(done.stderr).toMatch(
			/previous journal \(the file is truncated.*journal\.kept-.*continuing from the state of your/,
		);
		expect(rehearsal.world().volumes).toHaveLength(1);
		const left = readdirSync(folder);
		expect(left.filter(name => /^journal\.json\.|^fly-/.test(name))).toEqual([]);
		expect(left.filter(name => name.startsWith('journal.kept-'))).toHaveLength(1);
	});

	/** Mounts a small separate file system, which only root may do. */
	const canMount = process.platform === 'linux' && process.getuid?.() === 0;
	test.skipIf(!canMount)(
		'reports a full disk, and continues once there is space',
		{timeout: 120_000},
		async () => {
			rehearsal = openRehearsal();
			const disk = join(rehearsal.folder, 'disk');
			mkdirSync(disk);
			try {
				execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], {stdio: 'pipe'});
			} catch {
				// A container without the right to mount.
				return;
			}
			try {
				const here = [...args, '--state-dir', disk];
				const killed = rehearsal.start(here);
				await killed.untilEvent(({id, status}) => id === 'create-app' && status === 'running');
				killed.kill('SIGKILL');
				await killed.ended;
				fill(join(disk, 'ballast'));
				const full = await rehearsal.run(here);
				expect(full.events.at(-2)).toMatchObject({type: 'failed', code: 'disk-full'});
				expect(full.exit).toBe(1);
				rmSync(join(disk, 'ballast'));
				expect((await rehearsal.run(here)).exit).toBe(0);
				expect(rehearsal.world().apps).toHaveLength(1);
				expect(rehearsal.world().volumes).toHaveLength(1);
			} finally {
				execFileSync('umount', ['-l', disk]);
			}
		},
	);

	test.skipIf(!canMount)('rejects a read-only state folder before any change', async () => {
		rehearsal = openRehearsal();
		const disk = join(rehearsal.folder, 'disk');
		mkdirSync(disk);
		try {
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', disk], {stdio: 'pipe'});
		} catch {
			return;
		}
		try {
			const refused = await rehearsal.run([...args, '--state-dir', disk]);
			expect(refused.events.at(-2)).toMatchObject({type: 'failed', code: 'state-not-writable'});
			expect(refused.exit).toBe(9);
			expect(existsSync(rehearsal.worldPath)).toBe(false);
		} finally {
			execFileSync('umount', ['-l', disk]);
		}
	});
});

function fill(path: string): void {
	for (const bytes of [65_536, 4096, 512, 1]) {
		try {
			for (;;) writeFileSync(path, Buffer.alloc(bytes), {flag: 'a'});
		} catch {
			// As full as it gets with pieces of this size.
		}
	}
}
