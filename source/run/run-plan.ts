import {randomUUID} from 'node:crypto';
import type {Check} from '../core/check.ts';
import type {PhxflyEvent} from '../core/events.ts';
import type {Plan} from '../core/plan.ts';
import type {PlanContext} from '../core/plan-context.ts';
import type {StoreTarget} from '../core/ports.ts';
import type {RunTools} from '../core/run-ports.ts';
import {probeStorage} from './probe-storage.ts';
import {runSteps} from './run-steps.ts';
import {type Proof, runVerify} from './run-verify.ts';

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
	const {context, cost} = plan;
	const {readers, journal, vault} = tools;
	yield {
		type: 'plan-made',
		steps: plan.steps.map(({step: {id, title, needs}}) => ({id, title, needs})),
		files: context.files.map(({path}) => path),
		cost: {monthlyUsd: cost.monthlyUsd, pricesOf: cost.pricesOf},
	};
	for (const {secret, isPublic} of [...context.appSecrets, ...context.storageSecrets]) {
		if (secret) vault.add(secret, {isConfidential: !isPublic});
	}

	const target = findTarget(context, tools);
	if (target)
		await probeStorage(target, {store: readers.store, journal, clock: readers.clock, newId: randomUUID});
	journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...context.answers].map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	yield* runSteps(
		plan.steps.map(({step}) => step),
		context,
		tools,
	);
	return yield* runVerify(checks, context, readers, {waitMs, signal: tools.stop.soft});
}

/** Where the replica will lie, when its keys are at hand; keys that an earlier run set are proved by replication. */
function findTarget(context: PlanContext, {vault}: RunTools): StoreTarget | undefined {
	const {provider, bucket, prefix, answers} = context;
	if (!provider?.bringsKeys || !bucket) return undefined;
	const accessKeyId = vault.get(provider.keyNames.accessKeyId);
	const secretAccessKey = vault.get(provider.keyNames.secretAccessKey);
	if (!accessKeyId || !secretAccessKey) return undefined;
	return {...provider.target(answers), bucket, prefix: prefix ?? '', accessKeyId, secretAccessKey};
}
