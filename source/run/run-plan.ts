import {randomUUID} from 'node:crypto';
import type {PlanContext} from '../core/plan/context.ts';
import type {Plan} from '../core/plan/plan.ts';
import {announcePlan} from '../core/plan/review.ts';
import type {RunTools} from '../core/run/ports.ts';
import type {PhxflyEvent} from '../core/session/events.ts';
import {showPlace} from '../core/storage/prefix.ts';
import type {Check} from '../core/verify/check.ts';
import {refuseTwins} from '../engine/pending-calls.ts';
import {runSteps} from '../engine/run.ts';
import {probeStorage} from '../engine/storage.ts';
import {type Proof, runVerify} from '../engine/verify.ts';
import {findForeign, refuseForeign} from './find-foreign.ts';

/**
The probe, the steps, the proof: everything after the plan.

@param waitMs - How long to wait for what is not proved yet.
@throws {Failure} The first one in plan order.
*/
export async function* runPlan(
	plan: Plan,
	checks: readonly Check[],
	tools: RunTools,
	waitMs: number,
): AsyncGenerator<PhxflyEvent, Proof> {
	const {context} = plan;
	const {readers, journal, vault} = tools;
	yield announcePlan(plan);
	for (const {secret, isPublic} of [...context.appSecrets, ...context.storageSecrets]) {
		if (secret) vault.add(secret, {isConfidential: !isPublic});
	}

	await prove(context, tools);
	journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...context.answers].map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	const steps = plan.steps.map(({step}) => step);
	yield* runSteps(steps, context, tools);
	const proof = yield* runVerify(checks, context, readers, {waitMs, signal: tools.stop.soft});
	if (!tools.stop.soft.aborted) await refuseTwins(steps, context, tools);
	return proof;
}

/**
Keys that an earlier run set and this one was not given are proved by replication.

@throws {Failure} Exit 9 for storage that refuses, 5 where the prefix holds what nobody said to restore.
*/
async function prove(context: PlanContext, {readers, journal, vault}: RunTools): Promise<void> {
	const {provider, app, bucket, prefix = '', answers} = context;
	const accessKeyId = provider && vault.get(provider.keyNames.accessKeyId);
	const secretAccessKey = provider && vault.get(provider.keyNames.secretAccessKey);
	if (!provider?.bringsKeys || !bucket || !accessKeyId || !secretAccessKey) return;
	const target = {...provider.target(answers), bucket, prefix, accessKeyId, secretAccessKey};
	const {store, clock} = readers;
	const content = await probeStorage(target, provider, {store, journal, clock, newId: randomUUID});
	const place = showPlace(target);
	const foreign = await findForeign({place, content, app}, {readers, journal});
	if (foreign && answers.get('restore')?.value !== place) throw refuseForeign(foreign);
	journal.change(state => ({...state, replica: place}));
}
