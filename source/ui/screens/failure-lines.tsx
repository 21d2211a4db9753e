import type {ReactElement} from 'react';
import type {FailureView} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/text.ts';
import type {WindowSize} from '../look/window.tsx';
import {type Labelled, labelledLines} from '../parts/labelled-lines.tsx';
import {Line} from '../parts/lines.tsx';

/** What happened, what exists now, what to do. */
export function failureLines(
	failure: FailureView,
	{width, isNarrow, isShort}: WindowSize,
): readonly ReactElement[] {
	const {title, happened, exists, hint, code} = failure;
	const blank = isShort ? [] : [<Line key="blank"> </Line>];
	const rows: readonly Labelled[] = [
		{label: isNarrow ? 'happened' : 'what happened', value: happened},
		{label: isNarrow ? 'exists' : 'what exists', value: exists.join(', ') || 'nothing was created'},
		{label: isNarrow ? 'to do' : 'what to do', value: hint, tone: 'accent'},
		{label: 'code', value: code, tone: 'quiet'},
	];
	return [
		...wrapText(`✕ ${title}`, width).map(text => (
			<Line key={text} tone="bad" isBold>
				{text}
			</Line>
		)),
		...blank,
		...labelledLines(
			rows.filter(({value}) => value !== ''),
			{width, labelWidth: isNarrow ? 10 : 16, indent: isNarrow ? 0 : 2},
		),
	];
}
