import {Failure} from './errors/failure.ts';
import type {Evidence} from './journal.ts';
import type {PlanContext} from './plan/context.ts';

/** What a running app must keep, and what it would mean to change it. */
const fixed = [
	{
		secret: 'LITESTREAM_REPLICA_URL',
		code: 'replica-would-move',
		what: 'another bucket or prefix',
		meaning:
			'a replica that moves needs an empty prefix, and Litestream’s local state on the volume dropped; else it silently stops.',
		questionId: 'bucket',
	},
	{
		secret: 'LITESTREAM_ENDPOINT',
		code: 'replica-would-move',
		what: 'another storage endpoint',
		meaning:
			'a replica that moves needs an empty prefix, and Litestream’s local state on the volume dropped; else it silently stops.',
		questionId: 'storage',
	},
	{
		secret: 'PHX_HOST',
		code: 'domain-would-change',
		what: 'another domain',
		meaning: 'links already sent stop working and every passkey made so far is void.',
		questionId: 'domain',
	},
] as const;

/**
Refuses to call it "setup" when an app that runs would get another bucket, prefix or domain than the live one.

@throws {Failure} Exit 9, before any change.
*/
export function refuseMoves(plan: PlanContext, evidence: Evidence): void {
	if (!plan.existing?.Deployed) return;
	for (const {name, secret} of [...plan.appSecrets, ...plan.storageSecrets]) {
		const rule = fixed.find(entry => entry.secret === name);
		if (name === 'PHX_HOST' && hasNeverServed(plan, evidence)) continue;
		if (!rule || !secret || evidence.compare(name, secret.reveal()) !== 'different') continue;
		const {code, what, meaning, questionId} = rule;
		throw new Failure(
			code,
			'refused',
			`${plan.app} runs already, and these answers give it ${what}: ${meaning}`,
			{
				hint: `Answer as before (${questionId}), or change it by hand, knowing what it means: fly secrets set -a ${plan.app}.`,
				questionId,
			},
		);
	}
}

/** The host set so far is a domain whose certificate was refused: nobody ever reached the app there. */
const hasNeverServed = ({existing}: PlanContext, evidence: Evidence): boolean =>
	evidence.idOf('add-certificate') === undefined &&
	evidence.compare('PHX_HOST', existing?.Hostname ?? '') === 'different';
