import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import type {MachineShell} from '../../../source/core/litestream/machine.ts';
import {removeScratch} from '../../../source/core/litestream/restore.ts';

const shell: MachineShell = {
	async run([program = '', ...args]) {
		const {status, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8'});
		return {exit_code: status ?? 1, stdout, stderr};
	},
};
const scratch = `/tmp/phxfly-drill-${process.pid}0000000001.db`;

test('removes whatever a failed restore leaves, and nothing of another one', async () => {
	const endings = ['', '.tmp', '.tmp-shm', '.tmp-wal', '.tmp-00000000-wal', '.out', '.anything'];
	const left = endings.map(ending => `${scratch}${ending}`);
	const other = scratch.replace('1.db', '2.db.tmp');
	for (const path of [...left, other]) writeFileSync(path, '');
	await removeScratch(shell, scratch);
	expect(left.filter(path => existsSync(path))).toEqual([]);
	expect(existsSync(other)).toBe(true);
	rmSync(other);
});

test('removes the whole folder on this computer', async () => {
	mkdirSync(`${scratch}/more`, {recursive: true});
	for (const name of ['copy.db.tmp-shm', 'more/x']) writeFileSync(`${scratch}/${name}`, '');
	await removeScratch(shell, `${scratch}/copy.db`);
	expect(existsSync(scratch)).toBe(false);
});
