import type {ReactElement} from 'react';
import type {ReviewView} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/text.ts';
import type {Tone} from '../look/theme.ts';
import {Line} from '../parts/lines.tsx';

type DetailLine = {
	readonly text: string;
	readonly tone?: Tone;
	readonly indent?: number;
	readonly isBold?: boolean;
};

const toElements = (lines: readonly DetailLine[]): readonly ReactElement[] =>
	lines.map(({text, ...style}) => (
		<Line key={text} {...style}>
			{text || ' '}
		</Line>
	));

const toneOfDiff = (line: string): Tone =>
	line.startsWith('+') ? 'good' : line.startsWith('-') ? 'bad' : line.startsWith('@@') ? 'accent' : 'plain';

/** Every file with what changes in it; long lines go on below. */
export const diffLines = ({files}: ReviewView, width: number): readonly ReactElement[] =>
	toElements(
		files.flatMap(({path, summary, diff}, index): readonly DetailLine[] => [
			...(index > 0 ? [{text: ''}] : []),
			{text: `${path}: ${summary}`, isBold: true},
			...diff
				.trimEnd()
				.split('\n')
				.flatMap(line => wrapText(line, width).map(text => ({text, tone: toneOfDiff(line)}))),
		]),
	);

/** Every command as it could be typed, each with its reason. */
export const commandLines = ({commands}: ReviewView, width: number): readonly ReactElement[] =>
	toElements(
		commands.flatMap(({text, why}): readonly DetailLine[] => [
			...wrapText(text, width - 4).map((line, index) => ({text: index === 0 ? `$ ${line}` : `    ${line}`})),
			...(why === undefined
				? []
				: wrapText(why, width - 4).map(line => ({text: line, tone: 'quiet' as const, indent: 4}))),
		]),
	);
