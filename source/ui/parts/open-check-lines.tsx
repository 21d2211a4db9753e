import type {ReactElement} from 'react';
import type {CheckState} from '../../core/session/run-state.ts';
import {wrapText} from '../../core/text/text.ts';
import type {WindowSize} from '../look/window.tsx';
import {Line} from './lines.tsx';

/** What is not proved and what to do about it, in full. */
export function openCheckLines(
	checks: readonly CheckState[],
	{width, isNarrow}: WindowSize,
): readonly ReactElement[] {
	const indent = isNarrow ? 0 : 2;
	return checks
		.filter(({status}) => ['not-yet', 'could-not-tell', 'wrong'].includes(status))
		.flatMap(({id, detail, hint}) => [
			`${id}: ${detail}`,
			...(hint === undefined ? [] : [`What to do: ${hint}`]),
		])
		.flatMap(text => wrapText(text, width - indent))
		.map(text => (
			<Line key={text} tone="warn" indent={indent}>
				{text}
			</Line>
		));
}
