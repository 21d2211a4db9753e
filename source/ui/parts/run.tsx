import type {ReactElement} from 'react';
import type {CheckState, RunState, StepState} from '../../core/session/run-state.ts';
import {textWidth, wrapText} from '../../core/text/width.ts';
import {
	checkLooks,
	drawBar,
	formatDuration,
	type Look,
	spinner,
	stepLooks,
	type Tone,
} from '../look/theme.ts';
import type {WindowSize} from '../look/window.tsx';
import {Cell, Line, Row} from './lines.tsx';

type RunRow = {
	readonly id: string;
	readonly mark: string;
	readonly tone: Tone;
	readonly title: string;
	readonly time: string;
	readonly note: string;
	readonly phase: 'over' | 'active' | 'ahead';
};

type RunClock = {readonly nowMs: number; readonly tick: number; readonly look: Look};

const phaseOf = (status: StepState['status'] | CheckState['status']): RunRow['phase'] =>
	status === 'waiting'
		? 'ahead'
		: ['looking', 'running', 'failed', 'checking', 'wrong', 'not-yet', 'could-not-tell'].includes(status)
			? 'active'
			: 'over';

const barWidth = 8;

function stepRow(step: StepState, {nowMs, tick, look}: RunClock): RunRow {
	const {mark, ascii, tone, word} = stepLooks[step.status];
	const isBusy = step.status === 'looking' || step.status === 'running';
	const turning = look.isScreenReader ? mark : (spinner.marks[tick % spinner.marks.length] ?? mark);
	const ticking = isBusy && step.startedAtMs !== undefined ? (nowMs - step.startedAtMs) / 1000 : undefined;
	const seconds = step.seconds ?? ticking;
	const bar = isBusy && step.share !== undefined && !look.isScreenReader ? drawBar(step.share, barWidth) : '';
	const saysWord = ['already-done', 'failed', 'skipped'].includes(step.status);
	return {
		id: step.id,
		mark: look.isAscii ? ascii : step.status === 'running' ? turning : mark,
		tone,
		title: step.title,
		time: seconds === undefined || step.status === 'already-done' ? '' : formatDuration(seconds),
		note: [
			bar,
			[saysWord ? word : '', step.note ?? (step.status === 'looking' ? word : '')].filter(Boolean).join(', '),
		]
			.filter(Boolean)
			.join(' '),
		phase: phaseOf(step.status),
	};
}

const abbreviations = ['dns', 'caa', 'https'];

/** Returns a check as the screens name it. */
export const nameCheck = (id: string): string =>
	abbreviations.includes(id)
		? id.toUpperCase()
		: id.replaceAll('-', ' ').replace(/^./, letter => letter.toUpperCase());

function checkRow({id, status, detail}: CheckState, {look}: RunClock): RunRow {
	const {mark, ascii, tone, word} = checkLooks[status];
	const note = detail.startsWith(word) ? detail : [word, detail].filter(Boolean).join(': ');
	return {
		id: `check ${id}`,
		mark: look.isAscii ? ascii : mark,
		tone,
		title: nameCheck(id),
		time: '',
		note,
		phase: phaseOf(status),
	};
}

/** Returns the steps, then the known checks. */
const runRows = ({steps, checks}: RunState, clock: RunClock): readonly RunRow[] => [
	...steps.map(step => stepRow(step, clock)),
	...checks.map(check => checkRow(check, clock)),
];

/** Keeps active rows visible: hides the oldest finished rows first, then the last pending ones. */
function collapseRows(rows: readonly RunRow[], height: number) {
	let shown = [...rows];
	let before = 0;
	let after = 0;
	let isAllOver = true;
	const size = () => shown.length + (before > 0 ? 1 : 0) + (after > 0 ? 1 : 0);
	while (size() > height && shown.length > 1) {
		const over = shown.findIndex(({phase}) => phase === 'over');
		const ahead = shown.findLastIndex(({phase}) => phase === 'ahead');
		const gone = over >= 0 ? over : Math.max(0, ahead);
		if (over >= 0 || ahead < 0) before++;
		else after++;
		if (over < 0 && ahead < 0) isAllOver = false;
		shown = shown.filter((_, index) => index !== gone);
	}

	return {before, isAllOver, shown, after};
}

/** Returns unverified checks in full, with what to do about them. */
export function openCheckLines(
	checks: readonly CheckState[],
	{width, isNarrow}: WindowSize,
): readonly ReactElement[] {
	const indent = isNarrow ? 0 : 2;
	return checks
		.filter(({status}) => ['not-yet', 'could-not-tell', 'wrong'].includes(status))
		.flatMap(({id, detail, hint}) => [
			`${nameCheck(id)}: ${detail}`,
			...(hint === undefined ? [] : [`What to do: ${hint}`]),
		])
		.flatMap(text => wrapText(text, width - indent))
		.map(text => (
			<Line key={text} tone="warn" indent={indent}>
				{text}
			</Line>
		));
}

/** With fewer columns, a note is useless. */
const leastNote = 10;

/** Returns a line for every step and known check, at most `height`, with counts of hidden rows. */
export function runLines(
	run: RunState,
	clock: RunClock,
	height: number,
	window: WindowSize,
): readonly ReactElement[] {
	const rows = runRows(run, clock);
	const {width, isNarrow} = window;
	const indent = isNarrow ? 0 : 2;
	const longest = Math.max(0, ...rows.map(({title}) => textWidth(title)));
	const titleWidth = Math.max(1, Math.min(longest, isNarrow ? 24 : 34, width - indent - 9));
	const {before, isAllOver, shown, after} = collapseRows(rows, height);
	const noteWidth = width - indent - titleWidth - 11;
	const count = (text: string, key: string) => (
		<Line key={key} tone="quiet" indent={indent}>
			{text}
		</Line>
	);
	return [
		...(before > 0 ? [count(isAllOver ? `● ${before} done` : `… ${before} more`, 'before')] : []),
		...shown.map(row => (
			<Row key={row.id} indent={indent}>
				<Cell width={2} tone={row.tone}>
					{row.mark}
				</Cell>
				<Cell
					width={titleWidth}
					tone={row.phase === 'ahead' ? 'quiet' : 'plain'}
					isBold={row.phase === 'active'}
				>
					{row.title}
				</Cell>
				<Cell width={7} tone="quiet" align="right">
					{row.time}
				</Cell>
				{noteWidth < leastNote ? null : (
					<Row indent={2}>
						<Cell width={noteWidth} tone={row.tone === 'good' ? 'quiet' : row.tone}>
							{row.note}
						</Cell>
					</Row>
				)}
			</Row>
		)),
		...(after > 0 ? [count(`○ ${after} to go`, 'after')] : []),
	];
}
