import {Box} from 'ink';
import type {ReactElement} from 'react';
import {layOutRecords} from '../../core/domain/records.ts';
import type {RunState} from '../../core/session/run-state.ts';
import type {ReportView, SessionState} from '../../core/session/session.ts';
import {padText, textWidth, wrapText} from '../../core/text/width.ts';
import {countPassed} from '../../core/verify/report.ts';
import {formatElapsed, useTheme} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {Stack} from '../parts/frame.tsx';
import {Cell, Line, labelledLines, Row, recordLines} from '../parts/lines.tsx';
import {nameCheck, openCheckLines, runLines} from '../parts/run.tsx';
import {failureLines} from './failed.tsx';

const marks = {wait: {text: '◌', tone: 'warn'}, bad: {text: '✕', tone: 'bad'}} as const;

/** Longer commands have their reason below them. */
const widestCommand = 26;

/**
Returns the closing screen. It stays in the scrollback, so long lines wrap instead of being cut. Headline and address are
last, right above the prompt.
*/
function reportLines(report: ReportView, window: WindowSize): readonly ReactElement[] {
	const {isDone, headline, closing, elapsedSeconds, passed, notes, open, next} = report;
	const {width, isNarrow} = window;
	const elapsed = formatElapsed(elapsedSeconds);
	const indent = isNarrow ? 0 : 2;
	const headWidth = width - elapsed.length - 2;
	const mark = isDone ? '●' : open.some(({mark}) => mark === 'bad') ? '✕' : '◌';
	const tone = isDone ? 'good' : mark === '✕' ? 'bad' : 'warn';
	const parts = [
		[
			...(passed > 0
				? [
						<Line key="passed" indent={indent} tone="good">
							{countPassed(passed)}
						</Line>,
					]
				: []),
			...labelledLines(
				open.flatMap(({id, value, hint, mark}) => [
					{label: nameCheck(id), value, mark: marks[mark]},
					...(hint === undefined ? [] : [{label: '', value: hint, tone: 'accent' as const}]),
				]),
				{width, indent, labelWidth: widest(open.map(({id}) => nameCheck(id)))},
			),
		],
		closingRecordLines(report.records, window),
		labelledLines(notes, {width, indent, labelWidth: widest(notes.map(({label}) => label))}),
		nextLines(next, width - indent).map(line => (
			<Row key={line.command + line.why} indent={indent}>
				<Cell width={textWidth(line.command)} tone="accent">
					{line.command}
				</Cell>
				<Cell width={textWidth(line.why)} tone="quiet">
					{line.why}
				</Cell>
			</Row>
		)),
		[
			...wrapText(`${mark} ${headline}`, headWidth).map((text, line) => (
				<Row key={text}>
					<Cell width={headWidth} tone={tone} isBold>
						{text}
					</Cell>
					<Cell width={elapsed.length + 2} tone="quiet" align="right">
						{line === 0 ? elapsed : ''}
					</Cell>
				</Row>
			)),
			...wrapText(closing, width - 2).map(text => (
				<Line key={text} indent={2}>
					{text}
				</Line>
			)),
		],
	];
	const blank = <Line key="blank"> </Line>;
	return parts.filter(lines => lines.length > 0).flatMap((lines, at) => (at > 0 ? [blank, ...lines] : lines));
}

const widest = (labels: readonly string[]) => Math.min(16, Math.max(6, ...labels.map(textWidth)) + 2);

function closingRecordLines(
	records: ReportView['records'],
	{width, isNarrow}: WindowSize,
): readonly ReactElement[] {
	if (records.length === 0) return [];
	const indent = isNarrow ? 0 : 2;
	const {place, rows} = layOutRecords(records);
	const hostWidth = isNarrow ? 0 : Math.max(0, ...rows.map(({host}) => textWidth(host)));
	return [
		<Line key="title" indent={indent} tone="warn">
			{isNarrow ? 'DNS records to add:' : `DNS records to add ${place}:`}
		</Line>,
		...rows
			.flatMap(({recordType, host, value}) =>
				wrapText(`${padText(host, hostWidth)}  ${recordType.padEnd(4)}  ${value}`, width - indent - 2),
			)
			.map(text => (
				<Line key={text} indent={indent + 2}>
					{text}
				</Line>
			)),
	];
}

/** Returns the commands with what each is for beside it, or below it where it does not fit. */
function nextLines(next: ReportView['next'], width: number): readonly {command: string; why: string}[] {
	const column = Math.max(
		0,
		...next.map(({command}) => textWidth(command)).filter(columns => columns <= widestCommand),
	);
	return next.flatMap(({command, why}) =>
		textWidth(command) <= column && column + 2 + textWidth(why) <= width
			? [{command: padText(command, column + 2), why}]
			: [
					...wrapText(command, width).map(line => ({command: line, why: ''})),
					...wrapText(why, width - 2).map(line => ({command: '', why: `  ${line}`})),
				],
	);
}

const unchanged = {
	real: 'Quit. Nothing was changed in your account.',
	rehearsed: 'Quit. This was a rehearsal.',
};

const canContinue = (isRehearsal: boolean) =>
	`Your answers are saved (secrets are not). Run ${isRehearsal ? 'phxfly rehearse' : 'phxfly'} again to continue.`;

/** The text that stays in the scrollback: the report, or the progress so far. It is as long as needed. */
export function FinalText({state, nowMs}: {readonly state: SessionState; readonly nowMs: number}) {
	const window = useWindow();
	const {look} = useTheme();
	const {screen, isRehearsal, app} = state;
	const say = (text: string, isBold = false): readonly ReactElement[] =>
		wrapText(text, window.width).map(line => (
			<Line key={line} isBold={isBold}>
				{line}
			</Line>
		));
	const gap = <Line key="gap"> </Line>;
	const quit = unchanged[isRehearsal ? 'rehearsed' : 'real'];
	const describe = (): readonly ReactElement[] => {
		switch (screen.kind) {
			case 'done':
				return reportLines(screen.report, window);
			case 'failed':
				return [
					...failureLines(screen.failure, window),
					gap,
					...say('Everything created so far is kept. Run the same command to continue.'),
				];
			case 'running': {
				const {run} = screen;
				const elapsed = formatElapsed((nowMs - run.startedAtMs) / 1000);
				const steps = runLines(interrupt(run), {nowMs, tick: 0, look}, Number.POSITIVE_INFINITY, window);
				const records = recordLines(run.records, window);
				return [
					...say(`${app ?? 'phxfly'} · stopped after ${elapsed}`, true),
					gap,
					...steps,
					...(records.length > 0 ? [gap, ...records] : []),
					gap,
					...say('Progress is saved. Run the same command to continue.'),
				];
			}

			case 'watching': {
				const {run} = screen;
				const elapsed = formatElapsed((nowMs - run.startedAtMs) / 1000);
				const records = recordLines(run.records, window);
				return [
					...say(`${app ?? 'phxfly'} · stopped after ${elapsed}`, true),
					gap,
					...runLines(run, {nowMs, tick: 0, look}, Number.POSITIVE_INFINITY, window),
					gap,
					...openCheckLines(run.checks, window),
					...(records.length > 0 ? [gap, ...records] : []),
					gap,
					...say('Nothing was changed. Run the same command to keep waiting.'),
				];
			}

			case 'looking':
				return say(quit);
			case 'left':
				return screen.text ? say(screen.text) : [];
			default:
				return say(`${quit} ${canContinue(isRehearsal)}`);
		}
	};

	return (
		<Box paddingLeft={1} width={window.width + 1} flexDirection="column">
			<Stack lines={describe()} />
		</Box>
	);
}

/** Nothing is running now, so active steps count as waiting. */
const interrupt = (run: RunState): RunState => ({
	...run,
	steps: run.steps.map(step =>
		step.status === 'running' || step.status === 'looking'
			? {...step, status: 'waiting', startedAtMs: undefined, note: 'interrupted'}
			: step,
	),
});
