import {warnOfRestart} from '../describe-restart.ts';
import type {Question, Situation} from '../questions/question.ts';
import type {ReviewRow, ReviewView} from '../session/session.ts';
import {showDiff} from './build-context.ts';
import {describePrices, showPrice} from './cost.ts';
import {estimateSeconds, type Plan, showAction} from './plan.ts';

/** The whole review screen from a plan. Pure; no secret value is in it. */
export function buildReview(
	plan: Plan,
	questions: readonly Question[],
	situation: Situation,
	notes: readonly string[],
): ReviewView {
	const {context, cost} = plan;
	const [from, to] = estimateSeconds(plan);
	const acting = plan.steps.filter(({actions}) => actions.length > 0).length;
	const minutes = `${Math.max(1, Math.round(from / 60))}–${Math.max(1, Math.round(to / 60))} min`;
	return {
		headline:
			acting === 0
				? 'Everything is there already; it will be proved again'
				: `${acting} ${acting === 1 ? 'step' : 'steps'} · usually ${minutes} · about $${cost.monthlyUsd.toFixed(2)} a month (prices of ${cost.pricesOf})`,
		rows: [...questions]
			.sort((a, b) => Number(isUnasked(a, situation)) - Number(isUnasked(b, situation)))
			.flatMap(question => describeRow(question, situation)),
		files: context.files.map(change => ({
			path: change.path,
			summary: change.before === undefined ? 'new' : `${countChanges(showDiff(change))} lines change`,
			diff: `${showDiff(change)}\n\nwhy: ${change.why}`,
		})),
		commands: plan.steps.flatMap(({actions}) =>
			actions.map(action => ({
				text: showAction(action),
				why: action.kind === 'fly' ? action.why : undefined,
			})),
		),
		costs: cost.items.map(item => ({what: item.what, monthly: showPrice(item)})),
		pricesOf: cost.pricesOf,
		notes: [
			...(context.terms ? [`Creating the bucket accepts ${context.terms.title}: ${context.terms.url}`] : []),
			...(cost.isOutdated ? [`The ${describePrices(cost)}.`] : []),
			...takenOver(plan),
			...warnOfRestart(plan),
			...notes,
		],
	};
}

/** Its default was taken without a question; such rows come last. */
const isUnasked = (question: Question, situation: Situation) =>
	question.isQuiet?.(situation) === true && situation.answers.get(question.id)?.origin.kind !== 'flag';

/** The answered questions as rows; quiet ones too, since review is where they can be changed. */
function describeRow(question: Question, situation: Situation): readonly ReviewRow[] {
	const answer = situation.answers.get(question.id);
	if (!answer || !question.isAsked(situation) || answer.value === '') return [];
	return [
		{
			id: question.id,
			label: question.label,
			value: showAnswer(question, situation),
			origin: answer.origin.text,
			note: undefined,
		},
	];
}

/** An answer as it may be shown: a secret only by its ending. */
export function showAnswer(question: Question, situation: Situation): string {
	const value = situation.answers.get(question.id)?.value ?? '';
	if (question.describe) return question.describe(value, situation);
	if (question.kind !== 'secret' || value === 'none') return value;
	const ending = situation.secrets.get(question.id)?.ending;
	return ending ? `ends in ${ending}` : 'given';
}

const countChanges = (diff: string) => diff.split('\n').filter(line => /^\+(?!\+\+)/.test(line)).length;

function takenOver({steps}: Plan): readonly string[] {
	const there = steps.filter(({finding}) => finding.is === 'there');
	if (there.length === 0) return [];
	return [`There already: ${there.map(({step}) => step.title.toLowerCase()).join(', ')}.`];
}
