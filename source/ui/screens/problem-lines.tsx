import type {ReactElement} from 'react';
import type {QuestionView} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/text.ts';
import {Line} from '../parts/lines.tsx';

/** What is wrong with the answer and what would do, or that it is being looked up. */
export function problemLines(question: QuestionView, width: number, indent: number): readonly ReactElement[] {
	if (question.isChecking) {
		return [
			<Line key="checking" tone="accent" indent={indent}>
				◐ looking it up at Fly…
			</Line>,
		];
	}

	if (!question.problem) return [];
	const problem = wrapText(`✕ ${question.problem}`, width - indent)
		.slice(0, 3)
		.map(text => (
			<Line key={text} tone="bad" indent={indent}>
				{text}
			</Line>
		));
	if (question.offer === undefined) return problem;
	return [
		...problem,
		<Line key="offer" tone="accent" indent={indent}>
			{`tab  use ${question.kind === 'secret' ? 'it without what surrounds it' : question.offer}`}
		</Line>,
	];
}
