import {type Cost, estimateCost} from './cost.ts';
import type {PhxflyEvent} from './events.ts';
import type {PlanContext} from './plan-context.ts';
import type {Action, Finding, Step} from './step.ts';

export type PlannedStep = {
	readonly step: Step;
	readonly finding: Finding;
	readonly actions: readonly Action[];
};

export type Plan = {
	readonly context: PlanContext;
	readonly steps: readonly PlannedStep[];
	readonly cost: Cost;
};

/**
Everything that would happen. Pure.

@param findings - What a look ahead saw, by step id; a step nobody looked at is planned as absent.
*/
export function buildPlan(
	context: PlanContext,
	steps: readonly Step[],
	findings: ReadonlyMap<string, Finding>,
): Plan {
	const planned = steps
		.filter(step => step.isNeeded(context))
		.map((step): PlannedStep => {
			const finding = findings.get(step.id) ?? {is: 'absent'};
			const acts = finding.is === 'absent' || finding.is === 'partial';
			return {step, finding, actions: acts ? step.actions(context, finding) : []};
		});
	const {vm, mount, volumeSizeGb, provider} = context;
	const cost = estimateCost({vm, provider, volumeSizeGb: mount ? volumeSizeGb : undefined});
	return {context, steps: planned, cost};
}

/** What every face is told first. */
export const announcePlan = ({
	steps,
	context,
	cost,
}: Plan): Extract<PhxflyEvent, {readonly type: 'plan-made'}> => ({
	type: 'plan-made',
	steps: steps.map(({step: {id, title, needs}}) => ({id, title, needs})),
	files: context.files.map(({path}) => path),
	cost: {monthlyUsd: cost.monthlyUsd, pricesOf: cost.pricesOf},
});

const safeWord = /^[\w@%+=:,./-]+$/;

/** A command as a person would type it in a POSIX shell. */
export function showCommand(args: readonly string[]): string {
	return ['fly', ...args]
		.map(word => (safeWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
		.join(' ');
}

/** An action in one line, as plan and review show it; secrets appear as names. */
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
	}
}

/** Usual duration in seconds, `[from, to]`, along the longest chain. */
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
