import {readAnswer} from '../answer.ts';
import {isOlder} from '../doctor/litestream-pins.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {PlanContext} from './context.ts';
import {readPlannedLitestream} from './litestream.ts';

/** The first Litestream that sends a heartbeat. @see https://github.com/benbjohnson/litestream/pull/926 */
export const firstWithHeartbeat = '0.5.6';

/** Who pings the monitor; `unsure` where the version of Litestream is not known. */
type Heartbeat =
	| {readonly from: 'litestream'; readonly version: string}
	| {readonly from: 'unsure'}
	/** `why`: what keeps Litestream from it, as a clause. */
	| {readonly from: 'drill'; readonly why: string};

type Planned = Pick<PlanContext, 'answers' | 'facts' | 'files' | 'image'>;

/** Finds who pings the monitor once the plan is carried out; `undefined` where no URL is known. Pure. */
export function findHeartbeat(plan: Planned): Heartbeat | undefined {
	const {version, config} = readPlannedLitestream(plan);
	const setting = config?.heartbeatUrl;
	const isWritten = setting?.parts.some(({is}) => is === 'literal') === true;
	if (!readAnswer(plan.answers, 'heartbeat') && !isWritten) return undefined;
	if (version !== undefined && isOlder(version, firstWithHeartbeat))
		return {from: 'drill', why: `Litestream ${version} sends none`};
	if (!setting) return {from: 'drill', why: `${config?.file ?? 'litestream.yml'} has no heartbeat-url`};
	return version === undefined ? {from: 'unsure'} : {from: 'litestream', version};
}

/** Returns the secret that litestream.yml takes the URL from, if there is a URL and Litestream may read it. */
export function listHeartbeatSecrets(plan: Planned): readonly DesiredSecret[] {
	if (!readAnswer(plan.answers, 'heartbeat') || findHeartbeat(plan)?.from === 'drill') return [];
	const [part, ...others] = readPlannedLitestream(plan).config?.heartbeatUrl?.parts ?? [];
	return part?.is === 'variable' && others.length === 0 ? [{name: part.name, from: 'heartbeat'}] : [];
}

const fromDrill =
	'pings the monitor after each drill that passed. Run it from cron, with LITESTREAM_HEARTBEAT_URL set.';

/** Says who pings the monitor; empty without one. */
export function describeHeartbeat(plan: Planned): readonly string[] {
	const heartbeat = findHeartbeat(plan);
	switch (heartbeat?.from) {
		case 'litestream':
			return [`heartbeat: Litestream ${heartbeat.version} pings the monitor while its syncs succeed.`];
		case 'unsure':
			return [
				`heartbeat: Litestream pings the monitor if the image has ${firstWithHeartbeat} or newer. phxfly drill ${fromDrill}`,
			];
		case 'drill':
			return [`heartbeat: ${heartbeat.why}, so phxfly drill ${fromDrill}`];
		default:
			return [];
	}
}
