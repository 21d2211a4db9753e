import type {ReactElement} from 'react';
import {layOutRecords} from '../../core/domain/records.ts';
import type {ReportView} from '../../core/session/session.ts';
import {padText, textWidth, wrapText} from '../../core/text/text.ts';
import {formatElapsed} from '../format-duration.ts';
import type {Tone} from '../look/theme.ts';
import type {WindowSize} from '../look/window.tsx';
import {labelledLines} from '../parts/labelled-lines.tsx';
import {Cell, Line, Row} from '../parts/lines.tsx';

const marks: Record<ReportView['rows'][number]['mark'], {readonly text: string; readonly tone: Tone}> = {
	good: {text: '●', tone: 'good'},
	wait: {text: '◌', tone: 'warn'},
	bad: {text: '✕', tone: 'bad'},
};

/** The closing screen. It stays in the scrollback, so nothing in it is cut: what is long goes on below. */
export function reportLines(report: ReportView, {width, isNarrow}: WindowSize): readonly ReactElement[] {
	const {isDone, headline, elapsedSeconds, rows, records, notes, next} = report;
	const elapsed = formatElapsed(elapsedSeconds);
	const labelWidth = Math.min(
		16,
		Math.max(6, ...rows.map(({label}) => textWidth(label)), next.length ? 4 : 0) + 2,
	);
	const indent = isNarrow ? 0 : 2;
	const {place, rows: recordRows} = layOutRecords(records);
	const hostWidth = isNarrow ? 0 : Math.max(0, ...recordRows.map(({host}) => textWidth(host)));
	const blank = (key: string) => <Line key={key}> </Line>;
	const headWidth = width - elapsed.length - 2;
	const head = wrapText(`${isDone ? '●' : '◌'} ${headline}`, headWidth);
	const part = (key: string, lines: readonly ReactElement[]) =>
		lines.length > 0 ? [blank(key), ...lines] : [];
	return [
		...head.map((text, line) => (
			<Row key={text}>
				<Cell width={headWidth} tone={isDone ? 'good' : 'warn'} isBold>
					{text}
				</Cell>
				<Cell width={elapsed.length + 2} tone="quiet" align="right">
					{line === 0 ? elapsed : ''}
				</Cell>
			</Row>
		)),
		...part(
			'above rows',
			labelledLines(
				rows.map(({label, value, mark}) => ({label, value, mark: marks[mark]})),
				{width, labelWidth, indent},
			),
		),
		...part(
			'above records',
			records.length > 0
				? [
						<Line key="title" indent={indent} tone="warn">
							{isNarrow ? 'DNS records to make:' : `DNS records to make ${place}:`}
						</Line>,
						...recordRows.flatMap(({recordType, host, value}) =>
							wrapText(
								`${padText(host, hostWidth)}  ${recordType.padEnd(4)}  ${value}`,
								width - indent - 2,
							).map(text => (
								<Line key={text} indent={indent + 2}>
									{text}
								</Line>
							)),
						),
					]
				: [],
		),
		...part(
			'above notes',
			labelledLines(
				notes.map((value, index) => ({label: index === 0 ? 'note' : '', value})),
				{width, labelWidth: labelWidth + 2, indent},
			),
		),
		...part(
			'above next',
			labelledLines(
				next.map((value, index) => ({label: index === 0 ? 'next' : '', value, tone: 'accent' as const})),
				{width, labelWidth: labelWidth + 2, indent},
			),
		),
	];
}
