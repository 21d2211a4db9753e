import {Box} from 'ink';
import {createElement, Fragment, type ReactElement} from 'react';
import {textWidth} from '../../core/text/width.ts';
import {type Tone, useTheme} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {Cell, Line, Row} from './lines.tsx';

export type KeyHint = {
	readonly key: string;
	readonly does: string;
	/** Shown instead if space is short. */
	readonly short?: string;
	/** Dropped first if space is short. */
	readonly isMinor?: boolean;
};

const gap = '   ';

const full = ({key, does}: KeyHint) => `${key} ${does}`;

const brief = ({key, does, short}: KeyHint) => `${key} ${short ?? does}`;

/** Returns the keys that fit: shortens them first, then drops minor ones, then keeps the first and the last. */
function fitKeys(hints: readonly KeyHint[], width: number): string {
	const fits = (text: string) => textWidth(text) <= width;
	const all = hints.map(full).join(gap);
	if (fits(all)) return all;

	const shown = [...hints];
	const join = () => shown.map(brief).join(gap);
	while (!fits(join()) && shown.length > 1) {
		const minor = shown.findLastIndex(hint => hint.isMinor);
		shown.splice(minor >= 0 ? minor : Math.max(0, shown.length - 2), 1);
	}

	return join();
}

function KeyLine({hints}: {readonly hints: readonly KeyHint[]}) {
	const {width} = useWindow();
	const {draw} = useTheme();
	const drawn = hints.map(hint => ({...hint, key: draw(hint.key)}));
	return <Line tone="quiet">{fitKeys(drawn, width)}</Line>;
}

/** Returns the number of lines between the header and the key line. */
export const bodyHeight = ({height, isShort}: WindowSize): number => Math.max(1, height - (isShort ? 2 : 4));

type Props = {
	readonly left: string;
	readonly right?: string;
	readonly rightTone?: Tone;
	/** Each is exactly one line; lines beyond the window are cut. */
	readonly lines: readonly ReactElement[];
	readonly keys: readonly KeyHint[];
	/** Shown instead of the keys until the next key press. */
	readonly notice?: string | undefined;
};

/** Header, body, and key line: never taller than the window. */
export function Frame({left, right = '', rightTone = 'quiet', lines, keys, notice}: Props) {
	const window = useWindow();
	const {draw, look} = useTheme();
	const rightWidth = Math.min(textWidth(draw(right)), Math.floor(window.width * 0.6));
	const leftWidth = window.width - rightWidth - (right ? 2 : 0);
	const blank = window.isShort ? null : <Line> </Line>;
	return (
		<Box flexDirection="column" paddingLeft={1} width={window.width + 1}>
			<Row>
				<Cell width={leftWidth} isBold>
					{left}
				</Cell>
				{right ? (
					<Box marginLeft={2}>
						<Cell width={rightWidth} tone={rightTone} align="right">
							{right}
						</Cell>
					</Box>
				) : null}
			</Row>
			{blank}
			<Stack lines={look.isScreenReader ? lines : lines.slice(0, bodyHeight(window))} />
			{blank}
			{notice ? <Line tone="warn">{notice}</Line> : <KeyLine hints={keys} />}
		</Box>
	);
}

/** Stacks lines. Their keys need not be unique. */
export function Stack({lines}: {readonly lines: readonly ReactElement[]}) {
	const seen = new Map<string, number>();
	const keyed = lines.map(line => {
		const count = (seen.get(String(line.key)) ?? 0) + 1;
		seen.set(String(line.key), count);
		return createElement(Fragment, {key: `${line.key} ${count}`}, line);
	});
	return (
		<Box flexDirection="column" flexShrink={0}>
			{keyed}
		</Box>
	);
}
