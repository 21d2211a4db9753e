import type {OneExitCode} from '../errors/codes.ts';
import {nameConfig} from '../fly/arguments.ts';
import {findGrowthLimitGb} from '../fly-toml/config.ts';
import type {JournalView} from '../journal.ts';
import type {ReplicaPlace} from '../litestream/place.ts';
import {type DesiredSecret, Secret} from '../secrets/secret.ts';
import {quoteForShell} from '../text/text.ts';
import type {PlanContext} from './context.ts';
import type {LiveMachine, LiveValues} from './live.ts';

/** Why a plan is not a setup of the running app: it would move it, or nothing shows that it would not. */
export type Move = {
	readonly code: OneExitCode;
	readonly why: string;
	readonly hint: string;
	/** The question whose answer differs from what runs. */
	readonly questionId?: string;
};

/**
Finds what the plan would move of a running app: its region, volume, bucket, prefix, endpoint, or domain. What cannot be
read counts as a move. Pure.

@param live - `undefined` for an app that was never deployed.
@see docs/decisions/0008-a-running-app-says-what-it-runs-with.md
*/
export function findMove(
	plan: PlanContext,
	live: LiveValues | undefined,
	journalView: JournalView,
): Move | undefined {
	if (!live) return undefined;
	const {machines, withoutMachine} = live;
	const first = findRegionMove(plan, machines) ?? findSmallerVolume(plan, live);
	if (first) return first;
	if (withoutMachine) return judgeUnread(plan, live, withoutMachine, journalView);
	for (const {values} of machines) {
		if (values.is !== 'read') continue;
		const move =
			findReplicaMove(plan, values.replica) ?? findDomainChange(plan, values.host, live, journalView);
		if (move) return move;
	}

	return undefined;
}

function findRegionMove(
	{app, region, mount, volumeSizeGb, flyTomlPath}: PlanContext,
	machines: readonly LiveMachine[],
): Move | undefined {
	const [machine] = machines;
	if (!machine || machines.some(each => each.region === region)) return undefined;
	const {id, region: current} = machine;
	const volume = mount
		? `fly volumes create ${mount.source} --region ${region} --size ${volumeSizeGb} -a ${app}, `
		: '';
	return {
		code: 'region-would-change',
		why: `${app} runs in ${current}, not in ${region}. ${mount ? 'A machine and its volume cannot move: a new volume gets its data from the replica, and the old volume stays.' : 'A machine cannot move: a new one replaces it, and in-memory state is lost.'} The site is down meanwhile.`,
		hint: `Keep the current region (--region ${current}). To move, set primary_region = "${region}" in ${flyTomlPath}, then run fly machine stop ${id} -a ${app}, ${volume}fly machine destroy ${id} --force -a ${app}, and ${writeDeploy(app, flyTomlPath)}. ${unchanged}`,
		questionId: 'region',
	};
}

function findSmallerVolume({app, volumeSizeGb, facts}: PlanContext, {volumes}: LiveValues): Move | undefined {
	const limitGb = Math.max(volumeSizeGb, findGrowthLimitGb(facts.flyToml?.config));
	const larger = volumes.find(({sizeGb}) => sizeGb > limitGb);
	if (!larger) return undefined;
	const {id, name, sizeGb} = larger;
	return {
		code: 'volume-would-shrink',
		why: `${app} runs with volume ${name} (${id}) of ${sizeGb} GB, which cannot shrink to ${volumeSizeGb} GB.`,
		hint: `Pass --volume-size ${sizeGb}. ${unchanged}`,
		questionId: 'volume-size',
	};
}

function findReplicaMove(
	{app, provider, answers, bucket = '', prefix = ''}: PlanContext,
	live: ReplicaPlace | undefined,
): Move | undefined {
	if (!provider || !live) return undefined;
	const {endpoint} = provider.target(answers);
	const isElsewhere = live.bucket !== bucket || live.prefix !== prefix;
	if (!isElsewhere && isSameEndpoint(live.endpoint, endpoint)) return undefined;
	const current = showPlace(live);
	const wanted = showPlace({bucket, prefix, endpoint});
	return {
		...describeReplicaMove(app, isElsewhere ? 'bucket or prefix' : 'storage endpoint'),
		why: `${app} replicates to ${current}, not to ${wanted}. ${replicaMeaning}`,
		hint: `Keep the current place (${isElsewhere ? `--bucket ${live.bucket}${live.prefix ? ` --prefix ${live.prefix}` : ''}` : '--storage, --endpoint'}), or, if that place is empty, move it yourself: fly secrets set LITESTREAM_REPLICA_URL=s3://${[bucket, prefix].filter(Boolean).join('/')} LITESTREAM_ENDPOINT=${endpoint} -a ${app}. ${unchanged}`,
	};
}

const showPlace = ({bucket, prefix, endpoint}: ReplicaPlace) =>
	`s3://${[bucket, prefix].filter(Boolean).join('/')} at ${endpoint ?? 'AWS'}`;

function isSameEndpoint(live: string | undefined, wanted: string): boolean {
	if (live === undefined) return /^https:\/\/s3\.[\w.-]*amazonaws\.com(?:\.cn)?$/.test(wanted);
	return live.toLowerCase() === wanted.replace(/\/+$/, '').toLowerCase();
}

/** @param host - PHX_HOST on the machine; empty where it is not set. */
function findDomainChange(
	plan: PlanContext,
	host: string,
	{certificates}: LiveValues,
	journalView: JournalView,
): Move | undefined {
	const {app} = plan;
	if (host.toLowerCase() === plan.host) return undefined;
	// Without PHX_HOST, only a certificate shows which domain visitors use.
	const served = host === '' ? certificates.find(name => name !== plan.host) : host;
	if (served === undefined || (host === '' && certificates.includes(plan.host))) return undefined;
	if (host !== '' && hasNeverServed(plan, host, certificates, journalView)) return undefined;
	return describeDomainChange(app, `${app} runs with the domain ${served}, not ${plan.host}.`, served);
}

/** Tells whether phxfly once set a domain that never got a certificate, so that no visitor ever reached the app there. */
const hasNeverServed = (
	{existing}: PlanContext,
	host: string,
	certificates: readonly string[],
	journalView: JournalView,
): boolean =>
	host !== existing?.Hostname &&
	!certificates.includes(host) &&
	journalView.idOf('certificate') !== host &&
	journalView.digestOf('PHX_HOST') !== undefined;

/**
Judges an app whose machine tells nothing. A deploy that failed must stay repairable: then Fly's digest of a secret proves
that it still has the value that the journal's fingerprint knows.
*/
function judgeUnread(
	plan: PlanContext,
	{machines}: LiveValues,
	{hasRun, isDeployOpen, digests}: NonNullable<LiveValues['withoutMachine']>,
	journalView: JournalView,
): Move | undefined {
	const {app, flyTomlPath} = plan;
	const recorded = findRecordedMove(plan, journalView);
	if (recorded || !hasRun) return recorded;
	const isChanging = machines.every(({values, state}) => values.is === 'not-started' && !isAtRest(state));
	if ((isDeployOpen || isChanging) && isProven(plan, digests, journalView)) return undefined;

	const unread = machines.flatMap(({values}) => (values.is === 'unreadable' ? [values.why] : []));
	if (unread.length > 0) {
		return {
			code: 'live-not-readable',
			why: `phxfly cannot read what ${app} runs with, so a setup could move its domain or its replica: ${unread[0]}`,
			hint: `Try again. To see the values yourself: fly machine exec ${machines.find(({values}) => values.is === 'unreadable')?.id} printenv -a ${app}. ${unchanged}`,
		};
	}

	const [machine] = machines;
	const repair = writeDeploy(app, flyTomlPath);
	return machine
		? {
				code: 'machine-not-started',
				why: `${app} was deployed, but its machine ${machine.id} is ${machine.state}. Only a started machine tells which domain and replica the app has.`,
				hint: `Run fly machine start ${machine.id} -a ${app}, then run phxfly again. If it does not stay up, ship a fix with ${repair} first. ${unchanged}`,
			}
		: {
				code: 'machine-not-started',
				why: `${app} was deployed, but it has no machine. Only a started machine tells which domain and replica the app has.`,
				hint: `Create one with ${repair}, then run phxfly again. ${unchanged}`,
			};
}

const writeDeploy = (app: string, flyTomlPath: string): string =>
	['fly deploy -a', app, '--ha=false', ...nameConfig(flyTomlPath).map(quoteForShell)].join(' ');

const isAtRest = (state: string) => ['stopped', 'suspended', 'failed'].includes(state);

const recordedRules = [
	{name: 'PHX_HOST', is: 'domain'},
	{name: 'LITESTREAM_REPLICA_URL', is: 'bucket or prefix'},
	{name: 'LITESTREAM_ENDPOINT', is: 'storage endpoint'},
] as const;

/** Finds a value that differs from the one phxfly set last. */
function findRecordedMove(plan: PlanContext, journalView: JournalView): Move | undefined {
	const {app} = plan;
	for (const {name, is} of recordedRules) {
		const value = listPublic(plan).find(secret => secret.name === name)?.value;
		if (value === undefined || (is === 'domain' && isUnservedRecord(plan, journalView))) continue;
		if (journalView.compare(new Secret(name, value)) !== 'different') continue;
		const why = `phxfly set up ${app} with a different ${is}.`;
		return is === 'domain' ? describeDomainChange(app, why) : describeReplicaMove(app, is, why);
	}

	return undefined;
}

/** Tells whether the recorded PHX_HOST is a domain for which phxfly never added a certificate. */
const isUnservedRecord = ({existing}: PlanContext, journalView: JournalView): boolean =>
	journalView.idOf('certificate') === undefined &&
	journalView.compare(new Secret('PHX_HOST', existing?.Hostname ?? '')) === 'different';

/** Tells whether Fly still has exactly the values that the plan would set. */
function isProven(
	plan: PlanContext,
	digests: ReadonlyMap<string, string>,
	journalView: JournalView,
): boolean {
	const secrets = listPublic(plan);
	const required = ['PHX_HOST', ...(plan.provider ? ['LITESTREAM_REPLICA_URL'] : [])];
	return (
		required.every(name => secrets.some(secret => secret.name === name)) &&
		secrets.every(({name, value}) => {
			if (name === 'PHX_HOST' && isUnservedRecord(plan, journalView)) return true;
			const digest = journalView.digestOf(name);
			return (
				digest !== undefined &&
				digest === digests.get(name) &&
				journalView.compare(new Secret(name, value)) === 'same'
			);
		})
	);
}

const listPublic = ({appSecrets, storageSecrets}: PlanContext) =>
	[...appSecrets, ...storageSecrets].filter(
		(secret): secret is DesiredSecret & {readonly value: string} => secret.value !== undefined,
	);

const replicaMeaning =
	"Moving a replica requires an empty prefix and a start without Litestream's old local state, as phxfly's entrypoint does it; otherwise replication stops silently.";

const describeReplicaMove = (app: string, is: 'bucket or prefix' | 'storage endpoint', why = ''): Move => {
	const questionId = is === 'storage endpoint' ? 'storage' : 'bucket';
	return {
		code: 'replica-would-move',
		why: `${why} ${replicaMeaning}`,
		hint: `Keep the current value (--${questionId}), or change it yourself with fly secrets set -a ${app}. ${unchanged}`,
		questionId,
	};
};

const describeDomainChange = (app: string, why: string, current?: string): Move => ({
	code: 'domain-would-change',
	why: `${why} After a change, existing links stop working and existing passkeys become invalid.`,
	hint: `Keep the current domain (--domain ${showDomainAnswer(app, current)}), or change it yourself with fly secrets set PHX_HOST=HOST -a ${app}. ${unchanged}`,
	questionId: 'domain',
});

const showDomainAnswer = (app: string, current = 'HOST') => (current === `${app}.fly.dev` ? 'none' : current);

const unchanged = 'Nothing was changed.';
