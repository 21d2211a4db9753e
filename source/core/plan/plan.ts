import {clearLeaseArgs} from '../fly/lease.ts';
import {quoteForShell} from '../text/text.ts';
import type {PlanContext} from './context.ts';
import {type Cost, estimateCost} from './cost.ts';
import {readPlannedLitestream} from './litestream.ts';
import type {Move} from './moves.ts';
import {findKept} from './retention.ts';
import {type Action, type Finding, resolveNeeds, type Step} from './step.ts';

export type Plan = {
	readonly context: PlanContext;
	readonly steps: readonly PlannedStep[];
	readonly cost: Cost;
	/** Who is logged in. */
	readonly email: string;
	/** What could not be told of the app, and what doctor would report after the run: never a reason to stop. */
	readonly notes: readonly string[];
	/** Why the plan cannot run: it would move a running app. */
	readonly move: Move | undefined;
};

export type PlannedStep = {
	readonly step: Step;
	readonly finding: Finding;
	readonly actions: readonly Action[];
	/** An earlier run of this project created what the step is about. */
	readonly isOurs: boolean;
};

/**
Returns everything that would happen. Pure.

@param findings - What the steps found, by step id; a step without a finding counts as absent.
*/
export function buildPlan(
	context: PlanContext,
	steps: readonly Step[],
	findings: ReadonlyMap<string, Finding>,
	{
		nowMs,
		hasMade,
		...rest
	}: Pick<Plan, 'email' | 'notes' | 'move'> & {
		readonly nowMs: number;
		readonly hasMade: (step: Step) => boolean;
	},
): Plan {
	const planned = resolveNeeds(steps)
		.filter(step => step.isNeeded(context))
		.map((step): PlannedStep => {
			const finding = findings.get(step.id) ?? {is: 'absent'};
			const acts = finding.is === 'absent' || finding.is === 'partial';
			const actions = acts ? step.actions(context, finding) : [];
			return {step, finding, actions, isOurs: hasMade(step)};
		});
	const {vm, mount, volumeSizeGb, provider} = context;
	const kept = findKept(readPlannedLitestream(context));
	const cost = estimateCost({vm, provider, volumeSizeGb: mount ? volumeSizeGb : undefined, kept}, nowMs);
	return {context, steps: planned, cost, ...rest};
}

/** Writes an action in one line, as plan and review show it; secrets appear as names. */
export function showAction(action: Action): string {
	switch (action.kind) {
		case 'fly': {
			const from = action.input ? ' < (values on standard input)' : '';
			return `${showCommand(action.args)}${from}`;
		}

		case 'write-file': {
			return `write ${action.change.path}`;
		}

		case 'wait-for-lease': {
			return `wait for the lease of machine ${action.machineId} to end`;
		}

		case 'clear-lease': {
			return showCommand(clearLeaseArgs(action.machineId, action.app));
		}
	}
}

/** Writes a command as you would type it in a POSIX shell. */
const showCommand = (args: readonly string[]): string => ['fly', ...args].map(quoteForShell).join(' ');

/** Returns the usual duration in seconds, `[from, to]`, along the longest chain. */
export function estimateSeconds(plan: Plan): readonly [number, number] {
	const acting = plan.steps.filter(({actions}) => actions.length > 0);
	const total = (index: 0 | 1) => {
		const ends = new Map<string, number>();
		for (const {step} of acting) {
			const start = Math.max(0, ...step.needs.map(need => ends.get(need) ?? 0));
			ends.set(step.id, start + step.usualSeconds[index]);
		}

		return Math.max(0, ...ends.values());
	};
	return [total(0), total(1)];
}

/** Returns that warning for a plan, or an empty list if the plan restarts no running app. */
export function warnOfRestart({context, steps}: Plan): readonly string[] {
	const restarts = steps.some(({step, actions}) => step.ships && actions.length > 0);
	return context.existing?.Deployed && restarts ? [describeRestart(context)] : [];
}

/** Describes what a deploy does to visitors and to in-memory state. */
export const describeRestart = ({mount}: Pick<PlanContext, 'mount'>): string =>
	`This restarts the machine: expect a few seconds of downtime.${mount ? '' : ' In-memory state is lost.'}`;
