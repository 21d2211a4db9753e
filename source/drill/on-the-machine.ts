import {Failure} from '../core/errors/failure.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {type DrillFindings, describeDrill} from '../core/litestream/drill.ts';
import {findMachineLitestream, measureRoom, openMachineShell} from '../core/litestream/machine.ts';
import {nameScratch} from '../core/litestream/restore.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {runProof} from '../core/proof/machine.ts';
import type {ProofReport} from '../core/proof/report.ts';
import {listSockets} from '../core/proof/sockets.ts';
import {judgeProof, type Verdict} from '../core/proof/verdict.ts';
import {describeVerdict, type ProofPlace} from '../core/proof/words.ts';
import type {Readers} from '../core/readers.ts';
import {measureMachineSkew, measureStorageSkew, saySkew} from './clocks.ts';
import {drillReplica, limitSeconds, type RestoreTarget} from './drill.ts';

type Machine = {readonly target: RestoreTarget; readonly place: ProofPlace};

/**
Restores the replica on the machine and compares it with the live database, as `verify` does, with more time and a full integrity check. Without
a live database, checks the copy alone.

@throws {Failure} `drill-impossible` or `drill-unclear` (exit 3), `no-room` (exit 9), `drill-failed` or `replication-stopped` (exit 1).
*/
export async function drillOnMachine(plan: PlanContext, readers: Readers): Promise<DrillFindings> {
	const {clock} = readers;
	const {target, place} = await findMachine(plan, readers);
	const {databasePath} = target;
	const skewMs = await measureMachineSkew(target);
	const startedAtMs = clock.elapsed();
	const sockets = await listSockets(plan);
	const ran = await runProof(target, {databasePath, sockets, limitSeconds, isFull: true});
	if (ran.is === 'gone') throw unclear('the machine restarted during the drill', 'Run it again.');
	if (ran.is === 'no-tools') return drillReplica(target);
	const {report} = ran;
	const verdict = judgeProof(report);
	if (verdict.cause === 'not-running')
		throw refuseStopped(await drillReplica(target), verdict, report, place);
	if (hasNoLiveDatabase(verdict)) return drillReplica(target);
	if (verdict.status !== 'proved') throw refuse(verdict, report, place);
	const ageMs = clock.elapsed() - startedAtMs;
	return {
		bytes: report.copyBytes,
		rows: report.rows,
		isChecked: report.check !== 'unchecked',
		equal: {asOf: report.asOf, pages: report.pages},
		ageMs,
		gaps: 'none',
		skews: [...saySkew('machine', skewMs), ...saySkew('storage', target.storageSkewMs)],
		where: 'machine',
	};
}

/** Then a copy still shows whether the bucket can be restored. */
const hasNoLiveDatabase = ({cause}: Verdict): boolean => ['no-database', 'no-tools'].includes(cause);

/** Being restorable is not enough for a replica that no longer grows. */
function refuseStopped(
	copy: DrillFindings,
	verdict: Verdict,
	report: ProofReport,
	place: ProofPlace,
): Failure {
	const {detail, hint = 'Run phxfly verify.'} = describeVerdict(verdict, report, place);
	return new Failure('replication-stopped', `${detail}. The replica so far: ${describeDrill(copy)}.`, {hint});
}

function refuse(verdict: Verdict, report: ProofReport, place: ProofPlace): Failure {
	const {detail, hint = 'Run phxfly verify.'} = describeVerdict(verdict, report, place);
	if (verdict.cause === 'no-room') return new Failure('no-room', `Nothing was restored: ${detail}.`, {hint});
	if (verdict.cause === 'empty-bucket') {
		return new Failure('replica-empty', `Nothing was restored: ${detail}.`, {hint});
	}

	if (verdict.cause === 'restore-too-long' || verdict.cause === 'too-long') {
		return new Failure('drill-too-long', `The drill timed out, so nothing was verified: ${detail}.`, {hint});
	}

	if (verdict.status !== 'wrong') return unclear(detail, hint);
	return new Failure('drill-failed', `The replica does not give back the database. ${detail}.`, {hint});
}

const unclear = (why: string, hint: string): Failure =>
	new Failure('drill-unclear', `The drill has no result: ${why}.`, {hint});

/**
Returns the running machine, as a place to restore on.

@throws {Failure} `drill-impossible` (exit 3).
*/
export async function findMachine(plan: PlanContext, {fly, clock, net}: Readers): Promise<Machine> {
	const {app, databasePath, flyTomlPath, bucket, prefix, provider, answers} = plan;
	if (!databasePath)
		throw impossible(`DATABASE_PATH is not in ${flyTomlPath}, so the database path is unknown`);
	const machine = (await fly.listMachines(app)).filter(isManaged).find(isThere);
	if (machine?.state !== 'started') {
		throw impossible(machine ? `the machine is ${machine.state}` : 'there is no machine');
	}

	const shell = openMachineShell(fly, app, machine.id);
	const litestream = await findMachineLitestream(shell, plan);
	if (!litestream) throw impossible('the image does not include litestream');
	const room = await measureRoom(shell, databasePath, true);
	const scratch = nameScratch(clock.now());
	const {hasEntrypoint} = litestream;
	const endpoint = provider?.target(answers).endpoint ?? '';
	const storageSkewMs = await measureStorageSkew(endpoint, {net, clock});
	return {
		target: {shell, litestream, clock, room, databasePath, scratch, storageSkewMs, where: 'machine'},
		place: {app, machineId: machine.id, bucket, prefix, databasePath, hasEntrypoint, nowMs: clock.now()},
	};
}

const impossible = (why: string): Failure =>
	new Failure('drill-impossible', `Cannot restore on the machine: ${why}.`, {
		hint: 'To restore on this computer, install litestream and set the keys in the environment.',
	});
