import type {CommandContext, Workshop} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {JournalState} from '../core/journal.ts';
import {refuseMoves} from '../core/plan/changes.ts';
import type {Plan} from '../core/plan/plan.ts';
import type {RunTools} from '../core/run/ports.ts';
import {doubtLists} from '../engine/confirm-lists.ts';

/** A workshop as the engine takes it; without `lease` nobody can clear one, and it is waited for. */
export function makeTools(
	workshop: Workshop,
	stop: RunTools['stop'],
	lease?: Pick<RunTools, 'onLease' | 'whenLeaseCleared'>,
): RunTools {
	const {readers, evidence, journal, hands, vault, redactor} = workshop;
	return {
		readers: {...readers, fly: doubtLists(readers.fly, evidence, readers.clock)},
		evidence,
		journal,
		hands,
		vault,
		redactor,
		markActed(id) {
			workshop.markActed(id);
			// A new app has nothing of what an earlier one of its name had.
			if (id === 'create-app') journal.change(forgetOthers);
		},
		stop,
		onLease: lease?.onLease ?? (() => undefined),
		whenLeaseCleared: lease?.whenLeaseCleared ?? (() => new Promise(() => undefined)),
	};
}

function forgetOthers(state: JournalState): JournalState {
	const ids = Object.entries(state.ids).filter(([step]) => step === 'create-app');
	return {
		...state,
		ids: Object.fromEntries(ids),
		made: state.made.filter(step => step === 'create-app'),
		things: {},
		secrets: {},
	};
}

export function sayPutAside({say}: Pick<CommandContext, 'say'>, {putAside}: Workshop): void {
	if (putAside)
		say(
			`The journal of an earlier run was put aside (${putAside.why}): ${putAside.path}. The setup goes on from the account.`,
		);
}

/** @throws {Failure} Before anything was changed, for what a look ahead already refuses. */
export function refuseConflicts({steps, context}: Plan, {evidence}: Workshop): void {
	refuseMoves(context, evidence);
	for (const {step, finding} of steps) {
		if (finding.is === 'conflict' && step.id !== 'deploy') {
			const {code, exit, why, hint, questionId} = finding;
			throw new Failure(code, exit, why, questionId ? {hint, questionId} : {hint});
		}
	}
}

export function rememberAccount({journal}: Workshop, email: string, {context}: Plan): void {
	journal.change(state => ({...state, account: {email, org: context.org}}));
}
