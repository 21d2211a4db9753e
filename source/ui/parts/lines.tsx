import {Box, Text} from 'ink';
import type {ReactElement, ReactNode} from 'react';
import {type DnsRecord, layOutRecords} from '../../core/domain/records.ts';
import {fitText, padText, textWidth, wrapText} from '../../core/text/width.ts';
import {type Tone, useTheme} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';

type CellProps = {
	readonly children: string;
	readonly width: number;
	readonly tone?: Tone;
	readonly isBold?: boolean;
	readonly align?: 'left' | 'right';
};

/** Text in a fixed number of columns: cut, never wrapped, and safe regardless of its source. */
export function Cell({children, width, tone = 'plain', isBold = false, align = 'left'}: CellProps) {
	const {draw, props, ellipsis, look} = useTheme();
	const whole = draw(children).replaceAll('\n', ' ');
	// A screen reader needs neither columns nor a text that fits.
	if (look.isScreenReader) return <Text {...props(tone)}>{whole}</Text>;
	const text = fitText(whole, width, ellipsis);
	const pad = align === 'right' ? ' '.repeat(Math.max(0, width - textWidth(text))) : '';
	return (
		<Box width={width} height={1} flexShrink={0} overflow="hidden">
			<Text {...props(tone)} bold={isBold} wrap="truncate">
				{pad + text}
			</Text>
		</Box>
	);
}

type LineProps = Omit<CellProps, 'width' | 'align'> & {readonly indent?: number};

/** Text over the whole width. */
export function Line({indent = 0, ...cell}: LineProps) {
	const {width} = useWindow();
	return (
		<Row indent={indent}>
			<Cell {...cell} width={Math.max(1, width - indent)} />
		</Row>
	);
}

/** Cells side by side on one line. */
export function Row({children, indent = 0}: {readonly children: ReactNode; readonly indent?: number}) {
	return (
		<Box height={1} paddingLeft={indent} flexShrink={0}>
			{children}
		</Box>
	);
}

/** Returns the DNS records to add during the run. Their values are never cut. */
export function recordLines(
	records: readonly DnsRecord[],
	{width, isNarrow}: WindowSize,
): readonly ReactElement[] {
	if (records.length === 0) return [];
	const indent = isNarrow ? 0 : 2;
	const {place, rows} = layOutRecords(records);
	const names = new Set(records.map(({name}) => name));
	const pad = (key: keyof (typeof rows)[number]) => {
		const width = Math.max(...rows.map(row => textWidth(row[key])));
		return (row: (typeof rows)[number]) => padText(row[key], width);
	};
	// A name that all records share needs no column.
	const columns = isNarrow
		? [pad('recordType'), pad('value'), ...(names.size > 1 ? [pad('host')] : [])]
		: [pad('host'), pad('recordType'), pad('value')];
	const title = isNarrow
		? `DNS records to add${names.size > 1 ? '' : ` for ${[...names].join()}`}:`
		: `Meanwhile, add these DNS records ${place}:`;
	return [
		...wrapText(title, width - indent).map(text => (
			<Line key={text} indent={indent} tone="warn">
				{text}
			</Line>
		)),
		...rows
			.flatMap(row =>
				wrapText(columns.map(column => column(row)).join('  '), width - indent - (isNarrow ? 0 : 2)),
			)
			.map(text => (
				<Line key={text} indent={indent + (isNarrow ? 0 : 2)}>
					{text}
				</Line>
			)),
	];
}

export type Labelled = {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone;
	readonly mark?: {readonly text: string; readonly tone: Tone};
};

/** Returns `label   value` lines; the value wraps under itself. */
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
