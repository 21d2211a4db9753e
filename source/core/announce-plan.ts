import {showDiff} from './plan/build-context.ts';
import {estimateSeconds, type Plan, type PlannedStep} from './plan/plan.ts';
import type {Action} from './plan/step.ts';
import type {PhxflyEvent, PlannedActionEvent, PlannedStepEvent} from './session/events.ts';

/** What every face is told first: the whole plan as data, without a secret value. */
export function announcePlan(plan: Plan): Extract<PhxflyEvent, {readonly type: 'plan-made'}> {
	const {steps, context, cost} = plan;
	const {app, org, region, answers, files, terms} = context;
	return {
		...{type: 'plan-made', app, org, region},
		answers: [...answers].map(([id, {value, origin}]) => ({id, value, origin: origin.text})),
		steps: steps.map(announceStep),
		files: files.map(({path}) => path),
		changes: files.map(change => ({
			path: change.path,
			isNew: change.before === undefined,
			why: change.why,
			diff: showDiff(change),
		})),
		cost,
		seconds: estimateSeconds(plan),
		...(terms ? {terms} : {}),
	};
}

const announceStep = (planned: PlannedStep): PlannedStepEvent => {
	const {step, actions} = planned;
	const {id, title, needs} = step;
	return {id, title, needs, ...judgeStep(planned), actions: actions.map(announceAction)};
};

/** What a planned step comes to, in a word, and what was seen. */
export function judgeStep({step, finding, isOurs}: PlannedStep): Pick<PlannedStepEvent, 'plan' | 'detail'> {
	switch (finding.is) {
		case 'absent':
			return {plan: 'makes', detail: ''};
		case 'partial':
			return {plan: 'completes', detail: finding.missing.join(', ')};
		case 'there':
			// What has no ids of its own in the account, such as files, is nobody's to take over.
			return {plan: isOurs || !step.list ? 'nothing' : 'takes-over', detail: finding.id};
		case 'conflict':
			return {plan: 'blocked', detail: finding.why};
		case 'ambiguous':
			return {plan: 'blocked', detail: `${finding.ids.join(', ')} could be ours`};
	}
}

function announceAction(action: Action): PlannedActionEvent {
	switch (action.kind) {
		case 'fly': {
			const {args, input, why} = action;
			const reads = input === undefined ? [] : input.kind === 'import' ? input.names : [input.secretName];
			return {kind: 'fly', argv: ['fly', ...args], reads, ...(why ? {why} : {})};
		}

		case 'write-file':
			return {kind: 'write-file', path: action.change.path};
		case 'wait-for-lease':
			return {kind: 'wait-for-lease', machineId: action.machineId};
	}
}
