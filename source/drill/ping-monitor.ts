import type {Project} from '../core/command/context.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {findHeartbeat} from '../core/plan/heartbeat.ts';
import type {HttpAnswer} from '../core/readers.ts';
import type {CheckStatus} from '../core/session/events.ts';

type Ping = {readonly status: CheckStatus; readonly detail: string};

/** Each try has this long; a server that is restarting is back a moment later. */
const timeoutMs = 10_000;

const pausesMs = [1000, 5000];

/**
Pings the monitor, unless Litestream does. Never fails, and never says the URL, which lets its holder send pings.

@returns What became of it, as a check; `undefined` without a monitor.
*/
export async function pingMonitor(
	plan: PlanContext,
	{readers, secretStore, isRehearsal}: Pick<Project, 'readers' | 'secretStore' | 'isRehearsal'>,
): Promise<Ping | undefined> {
	const heartbeat = findHeartbeat(plan);
	if (!heartbeat) return undefined;
	if (isRehearsal) return {status: 'skipped', detail: 'a rehearsal pings no monitor'};
	if (heartbeat.from === 'litestream')
		return {status: 'skipped', detail: `Litestream ${heartbeat.version} pings the monitor itself`};
	const url = secretStore.get('heartbeat')?.reveal();
	if (url === undefined)
		return {
			status: 'hint',
			detail: 'the monitor was not pinged: set LITESTREAM_HEARTBEAT_URL for the drill too',
		};
	const send = () => readers.net.request({method: 'GET', url, timeoutMs, maxBytes: 1024});
	let answer = await send();
	for (const pauseMs of pausesMs) {
		if (!isWorthAnotherTry(answer)) break;
		await readers.clock.sleep(pauseMs);
		answer = await send();
	}

	const problem = explain(answer);
	return problem === undefined
		? {status: 'proved', detail: 'the monitor was pinged'}
		: {
				status: 'hint',
				detail: `the drill passed, but the monitor did not take the ping: ${problem}. It may alarm for that reason alone`,
			};
}

const isWorthAnotherTry = (answer: HttpAnswer): boolean =>
	answer.is === 'unreachable' || answer.status === 429 || answer.status >= 500;

function explain(answer: HttpAnswer): string | undefined {
	if (answer.is === 'unreachable') return `it is unreachable from this computer (${answer.code})`;
	const {status} = answer;
	if (status >= 200 && status < 300) return undefined;
	return status >= 300 && status < 400
		? `it answered ${status}, a redirect; use the URL where that leads`
		: `it answered ${status}`;
}
