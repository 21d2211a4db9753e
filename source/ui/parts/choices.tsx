import type {ReactElement} from 'react';
import {textWidth} from '../../core/text/text.ts';
import type {Selection} from '../input/select.ts';
import {windowStart} from '../input/select-choices.ts';
import {ChoiceMark, choiceLook} from './choice-mark.tsx';
import {Cell, Line, Row} from './lines.tsx';
import {tableLines} from './table-lines.tsx';

type Options = {
	readonly selection: Selection;
	readonly columns: readonly string[];
	/** Stands beside the choice with this value. */
	readonly proposal: {readonly value: string; readonly because: string} | undefined;
	readonly indent: number;
	readonly width: number;
	readonly height: number;
};

/** The choices as lines, at most `height`: a table where it fits, else a list with the marked one's details below. */
export function choiceLines(options: Options): readonly ReactElement[] {
	const {selection, indent} = options;
	if (selection.shown.length === 0) {
		return [
			<Line key="none" tone="quiet" indent={indent}>
				{`nothing has "${selection.filter}" in it`}
			</Line>,
		];
	}

	const hasCells = selection.shown.some(({cells}) => cells && cells.length > 0);
	return hasCells ? (tableLines(options) ?? detailLines(options)) : plainLines(options);
}

function detailLines(options: Options): readonly ReactElement[] {
	const {selection, columns, height} = options;
	const cells = selection.shown[selection.marked]?.cells ?? [];
	const titles = columns.slice(columns.length - cells.length);
	const indent = Math.min(options.indent, 3);
	const room = Math.max(0, Math.min(cells.length, height - Math.min(selection.shown.length, 3)));
	return [
		...plainLines({...options, indent, height: height - room}),
		...cells.slice(0, room).map((cell, index) => (
			<Line key={titles[index]} tone="quiet" indent={indent + 2}>
				{titles[index] ? `${titles[index]}: ${cell}` : cell}
			</Line>
		)),
	];
}

function plainLines({selection, proposal, indent, width, height}: Options): readonly ReactElement[] {
	const {shown, marked} = selection;
	const size = Math.max(1, Math.min(height, shown.length));
	const start = windowStart(marked, shown.length, size);
	const room = width - indent - 2;
	const labelWidth = Math.min(Math.max(...shown.map(({label}) => textWidth(label))) + 2, room);
	const place = shown.length > size ? `${marked + 1} of ${shown.length}` : '';
	return shown.slice(start, start + size).map((choice, row) => {
		const isMarked = start + row === marked;
		const because = choice.value === proposal?.value ? proposal.because : undefined;
		const count = row === size - 1 ? place : '';
		const hintWidth = Math.max(0, room - labelWidth - count.length - 1);
		return (
			<Row key={choice.value} indent={indent}>
				<ChoiceMark isMarked={isMarked} />
				<Cell width={labelWidth} {...choiceLook(choice, isMarked)}>
					{choice.label}
				</Cell>
				<Cell width={hintWidth} tone="quiet">
					{hintWidth < 8 ? '' : (choice.disabled ?? because ?? choice.hint ?? '')}
				</Cell>
				<Row indent={count ? 1 : 0}>
					<Cell width={count.length} tone="quiet">
						{count}
					</Cell>
				</Row>
			</Row>
		);
	});
}
