import type {ReactElement} from 'react';
import type {ReviewView} from '../../core/session/session.ts';
import {textWidth} from '../../core/text/text.ts';
import type {WindowSize} from '../look/window.tsx';
import {valueColumn} from '../parts/answers.tsx';
import {labelledLines} from '../parts/labelled-lines.tsx';
import {Cell, Line, Row} from '../parts/lines.tsx';

/** Every answer with its origin, then what to know before it starts. */
export function reviewLines(review: ReviewView, window: WindowSize): readonly ReactElement[] {
	const {rows, notes, costs, pricesOf} = review;
	const {width, isNarrow} = window;
	const indent = isNarrow ? 0 : 2;
	const labelWidth = valueColumn(rows.map(({label}) => label)) - 2;
	const origins = isNarrow ? 0 : Math.min(26, Math.max(0, ...rows.map(({origin}) => textWidth(origin))));
	const valueWidth = width - indent - labelWidth - (origins ? origins + 2 : 0);
	const answers = rows.flatMap(({id, label, value, origin, note}) => [
		<Row key={id} indent={indent}>
			<Cell width={labelWidth} tone="quiet">
				{label}
			</Cell>
			<Cell width={valueWidth}>{value}</Cell>
			{origins ? (
				<Row indent={2}>
					<Cell width={origins} tone="quiet">
						{origin}
					</Cell>
				</Row>
			) : null}
		</Row>,
		...(note === undefined
			? []
			: labelledLines([{label: '', value: note, tone: 'quiet'}], {width, labelWidth, indent})),
	]);
	const cost = costs.map(({what, monthly}) => `${what} ${monthly}`).join(' · ');
	const more = labelledLines(
		[
			...(cost ? [{label: 'a month', value: `${cost} (prices of ${pricesOf})`}] : []),
			...notes.map(value => ({label: 'note', value, tone: 'warn' as const})),
		],
		{width, labelWidth, indent},
	);
	const gap = more.length > 0 && !window.isShort ? [<Line key="gap"> </Line>] : [];
	return [...answers, ...gap, ...more];
}

/** Where to read more: how many lines are below, the files, the commands. */
export function detailLines(
	{files, commands}: ReviewView,
	below: number,
	{isShort, isNarrow}: WindowSize,
): readonly ReactElement[] {
	if (isShort)
		return [<Line key="details">{`d ${files.length} files   c ${commands.length} commands`}</Line>];
	const indent = isNarrow ? 0 : 2;
	const changes = files.map(({path, summary}) => `${path}: ${summary}`).join(' · ');
	return [
		<Line key="below" tone="accent" indent={indent}>
			{below > 0 ? `↓ ${below} more` : ' '}
		</Line>,
		<Line key="files" indent={indent}>{`d diff       ${changes || 'no file changes'}`}</Line>,
		<Line
			key="commands"
			indent={indent}
		>{`c commands   ${commands.length === 0 ? 'none' : `${commands.length}, none of them secret`}`}</Line>,
		<Line key="above buttons"> </Line>,
	];
}
