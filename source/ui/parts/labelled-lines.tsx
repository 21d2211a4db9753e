import type {ReactElement} from 'react';
import {wrapText} from '../text-width.ts';
import type {Tone} from '../theme.ts';
import {Cell, Row} from './line.tsx';

export type Labelled = {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone;
	readonly mark?: {readonly text: string; readonly tone: Tone};
};

/** `label   value`, the value wrapped below itself. */
export function labelledLines(
	rows: readonly Labelled[],
	{width, labelWidth, indent}: {width: number; labelWidth: number; indent: number},
): readonly ReactElement[] {
	const markWidth = rows.some(({mark}) => mark) ? 2 : 0;
	const room = Math.max(8, width - indent - markWidth - labelWidth);
	return rows.flatMap(({label, value, tone = 'plain', mark}) =>
		wrapText(value, room).map((text, line) => (
			<Row key={`${label} ${text}`} indent={indent}>
				{markWidth ? (
					<Cell width={markWidth} tone={mark?.tone ?? 'plain'}>
						{line === 0 ? (mark?.text ?? '') : ''}
					</Cell>
				) : null}
				<Cell width={labelWidth} tone="quiet">
					{line === 0 ? label : ''}
				</Cell>
				<Cell width={room} tone={tone}>
					{text}
				</Cell>
			</Row>
		)),
	);
}
