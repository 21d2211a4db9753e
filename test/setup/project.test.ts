import {expect, test} from 'vitest';
import {createStop} from '../../source/engine/stop.ts';
import {unlessStopped} from '../../source/setup/project.ts';

const endless = new Promise<never>(() => {});

test('a signal ends a read that never ends, also one from before the read began', async () => {
	const stop = createStop();
	const reading = unlessStopped(stop, endless);
	stop.interrupt('SIGTERM');
	await expect(reading).rejects.toMatchObject({code: 'stopped', exit: 'terminated'});
	await expect(unlessStopped(stop, endless)).rejects.toMatchObject({code: 'stopped'});
});
