import {showAnswer} from '../../core/plan/review.ts';
import type {Question, Situation} from '../../core/questions/question.ts';
import type {LedgerRow} from '../../core/session/session.ts';

/** Answered and settled questions stand above, those to come below; a proposal nobody has seen yet is still to come. */
export function buildLedger(
	questions: readonly Question[],
	situation: Situation,
	current: Question,
	seen: ReadonlySet<string>,
): readonly LedgerRow[] {
	const here = questions.indexOf(current);
	return questions.flatMap((question, at): readonly LedgerRow[] => {
		if (!question.isAsked(situation)) return [];
		const {id, label} = question;
		if (id === current.id) return [{id, label, state: 'current', value: '', origin: ''}];
		const answer = situation.answers.get(id);
		const isQuiet = question.isQuiet?.(situation) === true;
		if (isQuiet && (!answer || answer.origin.kind === 'default')) return [];
		if (!answer || !(seen.has(id) || (isQuiet && at < here)))
			return [{id, label, state: 'coming', value: '', origin: ''}];
		return [
			{id, label, state: 'answered', value: showAnswer(question, situation), origin: answer.origin.text},
		];
	});
}
