import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {fitText, textWidth} from '../../core/text/text.ts';
import {type Tone, useTheme} from '../look/theme.ts';
import {useWindow} from '../look/window.tsx';

type CellProps = {
	readonly children: string;
	readonly width: number;
	readonly tone?: Tone;
	readonly isBold?: boolean;
	readonly align?: 'left' | 'right';
};

/** Text in a fixed number of columns: cut, never wrapped, and harmless whatever it came from. */
export function Cell({children, width, tone = 'plain', isBold = false, align = 'left'}: CellProps) {
	const {draw, props, ellipsis} = useTheme();
	const text = fitText(draw(children).replaceAll('\n', ' '), width, ellipsis);
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
