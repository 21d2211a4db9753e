import {isManaged, isThere} from '../../core/fly/output.ts';
import {findMachineLitestream, openMachineShell} from '../../core/litestream/machine.ts';
import type {PlanContext} from '../../core/plan/context.ts';
import {runProof} from '../../core/proof/machine.ts';
import {listSockets} from '../../core/proof/sockets.ts';
import {judgeProof} from '../../core/proof/verdict.ts';
import {describeVerdict} from '../../core/proof/words.ts';
import type {Readers} from '../../core/readers.ts';
import {findStoreTarget} from '../../core/storage/target.ts';
import type {Check, CheckResult} from '../../core/verify/check.ts';

/** Restoring 1 GB takes less. */
const limitSeconds = 300;

/**
Verifies that a restore gives back what the database has now: the machine restores the replica into a scratch file and compares it with the
live database byte by byte, at a commit no older than the start of the check. Nothing that Litestream reports counts.
*/
export const replica: Check = {
	id: 'replica',
	title: 'The replica can be restored',
	isNeeded: ({provider}) => provider !== undefined,

	async check(plan, readers) {
		const {app, databasePath, bucket, prefix} = plan;
		const {fly, clock} = readers;
		const machine = (await fly.listMachines(app)).filter(isManaged).find(isThere);
		if (!machine) return {status: 'wrong', detail: 'there is no machine to replicate from'};
		if (machine.state !== 'started') {
			return {
				status: 'wrong',
				detail: `process: the machine is ${machine.state}`,
				hint: `fly logs -a ${app}`,
			};
		}

		if (!databasePath) {
			return {
				status: 'could-not-tell',
				detail: `DATABASE_PATH is not in ${plan.flyTomlPath}, so the database path is unknown`,
			};
		}

		const shell = openMachineShell(fly, app, machine.id);
		const litestream = await findMachineLitestream(shell, plan);
		if (!litestream) return withArrival(await readArrival(plan, readers));

		const sockets = await listSockets(plan);
		const ran = await runProof({shell, litestream, clock}, {databasePath, sockets, limitSeconds});
		if (ran.is === 'gone') return interrupted;
		if (ran.is === 'no-tools') return withoutTools(ran.said);
		const verdict = judgeProof(ran.report);
		const {hasEntrypoint} = litestream;
		const place = {
			app,
			machineId: machine.id,
			bucket,
			prefix,
			databasePath,
			hasEntrypoint,
			nowMs: clock.now(),
		};
		const result = describeVerdict(verdict, ran.report, place);
		return verdict.cause === 'storage-silent' ? ((await blameEndpoint(plan, readers)) ?? result) : result;
	},
};

const interrupted: CheckResult = {
	status: 'could-not-tell',
	detail: 'interrupted: the machine restarted during the check',
	hint: 'run phxfly verify again',
	isPassing: true,
};

const withoutTools = (said: string): CheckResult => ({
	status: 'could-not-tell',
	detail: `no-tools: the image cannot run the check: ${said.trim().slice(0, 200) || 'it has no shell'}`,
	hint: 'the image needs sh, base64, gzip, coreutils, and diffutils',
});

const withArrival = (arrival: string | undefined): CheckResult => ({
	status: 'could-not-tell',
	detail: `the image does not include litestream${arrival ? `; ${arrival}` : ''}`,
	hint: "install litestream on the image's PATH",
});

/** Checks from here whether the storage is unreachable altogether: Litestream 0.5 retries for minutes before it reports that. */
async function blameEndpoint(
	{provider, answers}: PlanContext,
	{net}: Readers,
): Promise<CheckResult | undefined> {
	const endpoint = provider?.target(answers).endpoint;
	const answer = endpoint && (await net.request({method: 'GET', url: endpoint}));
	// A server that accepts and does not respond may be back soon.
	if (!answer || answer.is === 'answered' || answer.why === 'time-out') return undefined;
	return {
		status: 'wrong',
		detail: `endpoint: ${endpoint} is unreachable, also from this computer (${answer.code})`,
		hint: 'check the storage endpoint. The rows are safe on the volume',
	};
}

const objects =
	/(?:^|\/)(?:\d{4}\/[\da-f]{16}-[\da-f]{16}\.ltx|generations\/[\da-f]{16}\/(?:snapshots|wal)\/\S+\.lz4)$/;

/** Returns what the bucket shows, if this run has its keys. Litestream objects in it do not verify that they can be restored. */
async function readArrival(plan: PlanContext, {store, secrets}: Readers): Promise<string | undefined> {
	const target = plan.provider?.bringsKeys ? findStoreTarget(plan, secrets) : undefined;
	if (!target) return undefined;
	const listed = await store.list(target);
	if (listed.is === 'unreachable') return `the bucket is unreachable from this computer (${listed.code})`;
	if (listed.is === 'refused') return `listing the bucket was rejected (${listed.code || listed.status})`;
	const found = listed.keys.filter(key => objects.test(key)).length;
	return found > 0
		? `replicating (${found} objects in the bucket), not verified yet`
		: 'the bucket has no Litestream objects';
}
