import type {AnswerState, Question} from '../questions/question.ts';
import type {PhxflyEvent, PlannedActionEvent, PlannedStepEvent} from '../session/events.ts';
import type {ReviewRow, ReviewView} from '../session/session.ts';
import {showDiff} from './build-context.ts';
import {describePrices, showPrice} from './cost.ts';
import {estimateSeconds, type Plan, type PlannedStep, showAction, warnOfRestart} from './plan.ts';
import type {Action} from './step.ts';

/** Returns the first event of every run: the whole plan as data, without a secret value. */
export function announcePlan(plan: Plan): Extract<PhxflyEvent, {readonly type: 'plan-made'}> {
	const {steps, context, cost, notes, move} = plan;
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
		...(notes.length > 0 ? {notes} : {}),
		...(terms ? {terms} : {}),
		...(move ? {blocked: {code: move.code, message: move.why, hint: move.hint}} : {}),
	};
}

const announceStep = (planned: PlannedStep): PlannedStepEvent => {
	const {step, actions} = planned;
	const {id, title, needs} = step;
	return {id, title, needs, ...judgeStep(planned), actions: actions.map(announceAction)};
};

/** Returns in a word what the plan does with a step, and what phxfly found. */
function judgeStep({step, finding, isOurs}: PlannedStep): Pick<PlannedStepEvent, 'plan' | 'detail'> {
	switch (finding.is) {
		case 'absent':
			return {plan: 'makes', detail: ''};
		case 'partial':
			return {plan: 'completes', detail: finding.missing.join(', ')};
		case 'there':
			// Only what has ids in the account can be adopted: files, for example, cannot.
			return {plan: isOurs || !step.resource ? 'nothing' : 'takes-over', detail: finding.id};
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
			const sent = input === undefined ? [] : input.kind === 'import' ? input.secrets : [input.secret];
			const reads = sent.map(({name}) => name);
			return {kind: 'fly', argv: ['fly', ...args], reads, ...(why ? {why} : {})};
		}

		case 'write-file':
			return {kind: 'write-file', path: action.change.path};
		case 'wait-for-lease':
			return {kind: 'wait-for-lease', machineId: action.machineId};
		case 'clear-lease':
			return {kind: 'clear-lease', machineId: action.machineId};
	}
}

/** Writes a plan for people to read: every command with its reason, every file's diff, costs, terms. Ends with a newline. */
export function writePlanText(plan: Plan): string {
	const {context, steps, cost, move} = plan;
	const lines = [`Plan for ${context.app} in ${context.org}, region ${context.region}`, ''];
	if (move) lines.push(`! ${move.why}`, `    ${move.hint}`, '');
	for (const planned of steps) {
		lines.push(...writeStep(planned));
		for (const action of planned.actions) {
			lines.push(`    ${showAction(action)}`);
			if (action.kind === 'fly' && action.why) lines.push(`      # ${action.why}`);
		}
	}

	for (const warning of warnOfRestart(plan)) lines.push('', warning);
	const adopted = steps
		.map(planned => ({planned, ...judgeStep(planned)}))
		.filter(({plan}) => plan === 'takes-over');
	if (adopted.length > 0) {
		lines.push('', 'Existing resources to adopt:');
		for (const {planned, detail} of adopted) lines.push(`  ${planned.step.id}: ${detail}`);
	}

	for (const file of context.files) {
		lines.push(
			'',
			`${file.path}: ${file.before === undefined ? 'new' : 'changes'} (${file.why})`,
			showDiff(file).replace(/\n$/, ''),
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
	if (plan.steps.every(({actions}) => actions.length === 0)) return 'Nothing to do.';
	const [from, to] = estimateSeconds(plan).map(seconds => Math.max(1, Math.round(seconds / 60)));
	return `Usually ${from}–${to} min.`;
}

function writeStep({step, finding}: PlannedStep): readonly string[] {
	switch (finding.is) {
		case 'there':
			return [`= ${step.title}: already done (${finding.id})`];
		case 'conflict':
			return [`! ${step.title}: ${finding.why}`, `    ${finding.hint}`];
		case 'ambiguous':
			return [`! ${step.title}: ${finding.ids.join(', ')} could be ours`, `    ${finding.hint}`];
		default:
			return [`+ ${step.title}`];
	}
}

/** Builds the review screen from a plan. Pure; contains no secret value. */
export function buildReview(
	plan: Plan,
	questions: readonly Question[],
	state: AnswerState,
	notes: readonly string[],
): ReviewView {
	const {context, cost} = plan;
	const [from, to] = estimateSeconds(plan);
	const acting = plan.steps.filter(({actions}) => actions.length > 0).length;
	const minutes = `${Math.max(1, Math.round(from / 60))}–${Math.max(1, Math.round(to / 60))} min`;
	return {
		headline:
			acting === 0
				? 'Everything is already set up. phxfly will verify it again.'
				: `${acting} ${acting === 1 ? 'step' : 'steps'} · usually ${minutes} · about $${cost.monthlyUsd.toFixed(2)} a month`,
		rows: [...questions]
			.sort((a, b) => Number(isUnasked(a, state)) - Number(isUnasked(b, state)))
			.flatMap(question => describeRow(question, state)),
		files: context.files.map(change => ({
			path: change.path,
			summary: change.before === undefined ? 'new' : `${countChanges(showDiff(change))} lines change`,
			diff: `${showDiff(change)}\nwhy: ${change.why}`,
		})),
		commands: plan.steps.flatMap(({actions}) =>
			actions.map(action => ({
				text: showAction(action),
				why: action.kind === 'fly' ? action.why : undefined,
			})),
		),
		musts: listMusts(plan),
		notes,
	};
}

/** Lists what to read before the start. Terms are accepted only by creating the bucket. */
function listMusts(plan: Plan): ReviewView['musts'] {
	const {context, steps, cost} = plan;
	const {terms} = context;
	const there = steps.filter(({finding}) => finding.is === 'there');
	const acting = steps.filter(({actions}) => actions.length > 0);
	const isOurs = there.some(({isOurs}) => isOurs);
	const list = (planned: readonly PlannedStep[]) =>
		planned.map(({step}) => step.title.toLowerCase()).join(', ');
	const forGood = acting.flatMap(({step, finding}) => step.permanent?.(context, finding) ?? []);
	return [
		...(there.length > 0
			? [
					{
						label: isOurs ? 'resumes' : 'exists',
						value: `already done: ${list(there)}${acting[0] ? `; next: ${list(acting.slice(0, 1))}` : ''}`,
					},
				]
			: []),
		{
			label: 'per month',
			value: `${cost.items.map(item => `${item.what} ${showPrice(item)}`).join(' · ')} (${describePrices(cost)})`,
		},
		...(terms && acting.some(({step}) => step.resource?.kind === 'bucket')
			? [{label: 'accepts', value: `${terms.title}: ${terms.url}`}]
			: []),
		...(forGood.length > 0 ? [{label: 'for good', value: forGood.join('; ')}] : []),
		...warnOfRestart(plan).map(value => ({label: 'restarts', value})),
	];
}

/** Tells whether the wizard used the default without asking; such rows come last. */
const isUnasked = (question: Question, state: AnswerState) =>
	question.isOptional?.(state) === true &&
	!question.isPreference &&
	state.answers.get(question.id)?.origin.kind !== 'flag';

/** Returns an answered question as a row; optional ones too, because review can change them. */
function describeRow(question: Question, state: AnswerState): readonly ReviewRow[] {
	const answer = state.answers.get(question.id);
	if (!answer || !question.applies(state) || answer.value === '') return [];
	const value = showAnswer(question, state);
	return [
		{
			id: question.id,
			label: question.label,
			value,
			origin: answer.origin.text === value ? '' : answer.origin.text,
		},
	];
}

/** Writes an answer for people to read: of a secret only its ending. */
export function showAnswer(question: Question, state: AnswerState): string {
	const value = state.answers.get(question.id)?.value ?? '';
	if (question.describe) return question.describe(value, state);
	if (question.kind !== 'secret' || value === 'none') return value;
	const ending = state.secrets.get(question.id)?.ending;
	return ending ? `ends in ${ending}` : 'given';
}

const countChanges = (diff: string) => diff.split('\n').filter(line => /^\+(?!\+\+)/.test(line)).length;
