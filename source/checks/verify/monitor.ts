import {isOlder} from '../../core/doctor/litestream-pins.ts';
import {findMachineLitestream} from '../../core/litestream/machine.ts';
import {findHeartbeat, firstWithHeartbeat, listHeartbeatSecrets} from '../../core/plan/heartbeat.ts';
import type {Check} from '../../core/verify/check.ts';
import {notStarted, openStartedMachine} from './machine.ts';

/** Litestream tries every 5 minutes; two that failed are news. */
const recentMs = 11 * 60_000;

/** Reads what makes Litestream ping the monitor, and whether the monitor rejected that: a ping that arrives is in no log. */
export const monitor: Check = {
	id: 'monitor',
	title: 'Heartbeat set up',
	isNeeded: plan => ['litestream', 'unsure'].includes(findHeartbeat(plan)?.from ?? ''),

	async check(plan, readers) {
		const {app} = plan;
		const {fly, clock} = readers;
		const shell = await openStartedMachine(plan, readers);
		if (!shell) return notStarted;
		const litestream = await findMachineLitestream(shell, plan);
		if (!litestream) return {status: 'could-not-tell', detail: 'the image does not include litestream'};
		const {version} = litestream;
		if (isOlder(version, firstWithHeartbeat)) {
			return {
				status: 'wrong',
				detail: `the machine has Litestream ${version}, which sends no heartbeat`,
				hint: `deploy an image with ${firstWithHeartbeat} or newer, or run phxfly drill from cron: it pings the monitor`,
			};
		}

		const listed = await fly.listSecrets(app);
		const missing = listHeartbeatSecrets(plan).find(({name}) => listed.every(secret => secret.name !== name));
		if (missing) return {status: 'wrong', detail: `${missing.name} is not set`, hint: 'run phxfly to set it'};
		const failed = findFailedPing(await fly.lastLogs(app), clock.now());
		return failed === undefined
			? {status: 'proved', detail: `Litestream ${version} pings the monitor while its syncs succeed`}
			: {
					status: 'could-not-tell',
					detail: `the monitor did not take the last ping of Litestream: ${failed}`,
					hint: 'check the URL; set LITESTREAM_HEARTBEAT_URL and run phxfly to change it',
				};
	},
};

/** Explains the newest ping that failed. Litestream's own line has the URL in it, so nothing of it is repeated. */
function findFailedPing(logs: readonly string[], nowMs: number): string | undefined {
	const line = logs.findLast(each => each.includes('heartbeat ping failed'));
	const atMs = Date.parse(/\btime=(\S+)/.exec(line ?? '')?.[1] ?? '');
	if (line === undefined || nowMs - atMs > recentMs) return undefined;
	const status = /unexpected status code: (\d{3})/.exec(line)?.[1];
	return status === undefined ? 'the machine cannot reach it' : `it answered ${status}`;
}
