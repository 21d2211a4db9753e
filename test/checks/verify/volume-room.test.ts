import {expect, test} from 'vitest';
import {volumeRoom} from '../../../source/checks/verify/volume-room.ts';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import type {Readers} from '../../../source/core/readers.ts';

const gigabyte = 1024 * 1024;

/** Asks about a volume of `volumeGb`, with a file system of `totalGb` of which `usedShare` is used. */
function check(volumeGb: number, totalGb: number, usedShare: number) {
	const total = Math.round(totalGb * gigabyte);
	const used = Math.round(total * usedShare);
	const stdout = `Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vdc ${total} ${used} ${total - used} ${Math.round(usedShare * 100)}% /data\n`;
	const machine = {id: 'm1', state: 'started', config: {metadata: {fly_process_group: 'app'}}};
	const fly = {
		listMachines: async () => [machine],
		listVolumes: async () => [
			{id: 'vol_1', name: 'wisp_data', size_gb: volumeGb, attached_machine_id: 'm1', state: 'created'},
		],
		exec: async () => ({exit_code: 0, stdout, stderr: ''}),
	};
	const plan = {app: 'blog-1', mount: {source: 'wisp_data', destination: '/data'}, volumeSizeGb: 3};
	return volumeRoom.check(plan as PlanContext, {fly} as unknown as Readers);
}

test('warns before the volume is full, and names the command that extends it', async () => {
	expect(await check(3, 2.9, 0.5)).toEqual({status: 'proved', detail: '50 % full'});
	expect(await check(3, 2.9, 0.8)).toEqual({
		status: 'proved',
		detail: '80 % full, so extend it before it is full: phxfly --volume-size 4',
	});
	expect(await check(3, 2.9, 0.95)).toEqual({
		status: 'wrong',
		detail: '95 % full',
		hint: 'phxfly --volume-size 4',
	});
});

test('a file system that did not grow with its volume: restart the machine', async () => {
	expect(await check(3, 0.97, 0.5)).toEqual({
		status: 'not-yet',
		detail: 'the volume has 3 GB, and its file system still 1.0 GB',
		hint: 'restart the machine, so that it grows: fly machine restart m1 -a blog-1',
	});
	// The volume itself is smaller than answered, which setup extends.
	expect(await check(1, 0.97, 0.5)).toMatchObject({status: 'proved'});
});
