import {judgeStep} from './announce-plan.ts';
import {warnOfRestart} from './describe-restart.ts';
import {showDiff} from './plan/build-context.ts';
import {describePrices, showPrice} from './plan/cost.ts';
import {estimateSeconds, type Plan, type PlannedStep, showAction} from './plan/plan.ts';

/** A plan for reading: every command with its reason, every file's diff, costs, terms. Ends with a line end. */
export function writePlanText(plan: Plan): string {
	const {context, steps, cost} = plan;
	const lines = [`Plan for ${context.app} in ${context.org}, region ${context.region}`, ''];
	for (const planned of steps) {
		lines.push(...writeStep(planned));
		for (const action of planned.actions) {
			lines.push(`    ${showAction(action)}`);
			if (action.kind === 'fly' && action.why) lines.push(`      # ${action.why}`);
		}
	}

	for (const warning of warnOfRestart(plan)) lines.push('', warning);
	const taken = steps
		.map(planned => ({planned, ...judgeStep(planned)}))
		.filter(({plan}) => plan === 'takes-over');
	if (taken.length > 0) {
		lines.push('', 'Taken over, since it is there and this project did not make it:');
		for (const {planned, detail} of taken) lines.push(`  ${planned.step.id}: ${detail}`);
	}

	for (const file of context.files) {
		lines.push(
			'',
			`${file.path}: ${file.before === undefined ? 'new' : 'changes'} (${file.why})`,
			showDiff(file),
		);
	}

	lines.push('', describeDuration(plan));
	lines.push(`About $${cost.monthlyUsd.toFixed(2)} a month (${describePrices(cost)}):`);
	for (const item of cost.items) lines.push(`  ${item.what}: ${showPrice(item)}`);

	if (context.terms)
		lines.push('', `Creating the bucket accepts ${context.terms.title}: ${context.terms.url}`);
	return `${lines.join('\n')}\n`;
}

function describeDuration(plan: Plan): string {
	if (plan.steps.every(({actions}) => actions.length === 0)) return 'Nothing is left to be done.';
	const [from, to] = estimateSeconds(plan).map(seconds => Math.max(1, Math.round(seconds / 60)));
	return `Usually ${from} to ${to} minutes.`;
}

function writeStep({step, finding}: PlannedStep): readonly string[] {
	switch (finding.is) {
		case 'there':
			return [`= ${step.title}: there already (${finding.id})`];
		case 'conflict':
			return [`! ${step.title}: ${finding.why}`, `    ${finding.hint}`];
		case 'ambiguous':
			return [`! ${step.title}: ${finding.ids.join(', ')} could be ours`, `    ${finding.hint}`];
		default:
			return [`+ ${step.title}`];
	}
}
