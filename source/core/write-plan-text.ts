import {showDiff} from './build-plan-context.ts';
import {estimateSeconds, type Plan, showAction} from './plan.ts';

/** A plan for reading: every command with its reason, every file's diff, costs, terms. Ends with a line end. */
export function writePlanText(plan: Plan): string {
	const {context, steps, cost} = plan;
	const lines = [`Plan for ${context.app} in ${context.org}, region ${context.region}`, ''];
	for (const {step, finding, actions} of steps) {
		if (finding.is === 'there') lines.push(`= ${step.title}: there already (${finding.id})`);
		else if (finding.is === 'conflict') lines.push(`! ${step.title}: ${finding.why}`, `    ${finding.hint}`);
		else if (finding.is === 'ambiguous')
			lines.push(`! ${step.title}: ${finding.ids.join(', ')} could be ours`, `    ${finding.hint}`);
		else lines.push(`+ ${step.title}`);
		for (const action of actions) {
			lines.push(`    ${showAction(action)}`);
			if (action.kind === 'fly' && action.why) lines.push(`      # ${action.why}`);
		}
	}

	for (const file of context.files) {
		lines.push(
			'',
			`${file.path}: ${file.before === undefined ? 'new' : 'changes'} (${file.why})`,
			showDiff(file),
		);
	}

	const [from, to] = estimateSeconds(plan);
	lines.push(
		'',
		`Usually ${Math.max(1, Math.round(from / 60))} to ${Math.max(1, Math.round(to / 60))} minutes.`,
	);
	lines.push(`About $${cost.monthlyUsd.toFixed(2)} a month (prices of ${cost.pricesOf}):`);
	for (const item of cost.items) {
		const price =
			item.high === undefined
				? `$${item.monthlyUsd.toFixed(2)}`
				: `$${(item.low ?? 0).toFixed(2)} to ${item.high.toFixed(2)}`;
		lines.push(`  ${item.what}: ${price}`);
	}

	if (context.terms)
		lines.push('', `Creating the bucket accepts ${context.terms.title}: ${context.terms.url}`);
	return `${lines.join('\n')}\n`;
}
