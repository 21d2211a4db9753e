import {chmodSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {rehearseArgs} from '../helpers/answers.ts';
import {openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 180_000, hookTimeout: 180_000});

let rehearsal: Rehearsal;
beforeEach(() => {
	rehearsal = openRehearsal();
});
afterEach(() => rehearsal.close());

test('an open state folder is closed, a linked log is not written, and a linked journal ends the run', async () => {
	const args = rehearseArgs(1000).filter(arg => arg !== '--json');
	expect((await rehearsal.run([...args, '--dry-run'])).exit).toBe(0);
	const folder = rehearsal.stateFolder();
	const victim = join(rehearsal.folder, 'victim');
	writeFileSync(victim, 'precious\n');
	rmSync(join(folder, 'run.log'), {force: true});
	symlinkSync(victim, join(folder, 'run.log'));
	chmodSync(folder, 0o777);

	const done = await rehearsal.run(args);
	expect(done.exit).toBe(0);
	expect(readFileSync(victim, 'utf8')).toBe('precious\n');
	expect(done.stderr.split('Not writing the log').length - 1).toBe(1);
	expect(statSync(folder).mode & 0o777).toBe(0o700);

	const journal = join(folder, 'journal.json');
	const text = readFileSync(journal, 'utf8');
	renameSync(journal, join(rehearsal.folder, 'elsewhere.json'));
	symlinkSync(join(rehearsal.folder, 'elsewhere.json'), journal);
	const here = ['--rehearse', '--world', 'w.json'];
	for (const command of [args, ['status', ...here], ['doctor', ...here]]) {
		const refused = await rehearsal.run(command);
		expect(refused.stderr).toMatch(/^failed \(state-not-safe\): .*journal\.json is a link/m);
		expect(refused.stderr).toContain('--state-dir DIR');
		expect(refused.exit).toBe(9);
	}

	expect(readFileSync(join(rehearsal.folder, 'elsewhere.json'), 'utf8')).toBe(text);
});
