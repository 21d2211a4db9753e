import type {Question, Situation} from '../../core/questions/question.ts';
import type {QuestionView} from '../../core/session/session.ts';

/** A question as it opens: with what is known, else what is suggested. */
export function buildQuestionView(
	question: Question,
	situation: Situation,
	canGoBack: boolean,
): QuestionView {
	const {id, label, title, example, kind, columns} = question;
	const why = [question.finding?.(situation), question.why].filter(Boolean).join(' ');
	const help = situation.provider?.whereToFind[id] ?? question.help;
	const answer = situation.answers.get(id);
	const known = kind === 'secret' ? undefined : (answer ?? question.propose?.(situation));
	const suggested = known ? undefined : question.suggest?.(situation);
	return {
		id,
		label,
		title,
		why,
		example,
		help,
		kind,
		initial: known?.value ?? suggested?.value ?? '',
		because: known?.origin.text ?? suggested?.because,
		choices: question.choices?.(situation) ?? [],
		columns: columns ?? [],
		problem: undefined,
		offer: undefined,
		isChecking: false,
		canGoBack,
	};
}
