import type {ReactElement} from 'react';
import {wrapText} from '../../core/text/text.ts';
import type {Tone} from '../look/theme.ts';
import {Cell, Row} from './lines.tsx';

export type Labelled = {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone;
	readonly mark?: {readonly text: string; readonly tone: Tone};
};

/** `label   value`, the value wrapped below itself. */
export function labelledLines(
	rows: readonly Labelled[],
	{width, indent, ...wanted}: {width: number; labelWidth: number; indent: number},
): readonly ReactElement[] {
	const markWidth = rows.some(({mark}) => mark) ? 2 : 0;
	const labelWidth = Math.max(0, Math.min(wanted.labelWidth, width - indent - markWidth - 8));
	const room = Math.max(1, width - indent - markWidth - labelWidth);
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
