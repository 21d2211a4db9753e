import {Box} from 'ink';
import type {ReactElement} from 'react';
import {layOutRecords} from '../../core/domain/records.ts';
import type {RunState} from '../../core/session/run-state.ts';
import type {ReportView, SessionState} from '../../core/session/session.ts';
import {padText, textWidth, wrapText} from '../../core/text/width.ts';
import {formatElapsed, type Tone, useTheme} from '../look/theme.ts';
import {useWindow, type WindowSize} from '../look/window.tsx';
import {Stack} from '../parts/frame.tsx';
import {Cell, Line, labelledLines, Row, recordLines} from '../parts/lines.tsx';
import {openCheckLines, runLines} from '../parts/run.tsx';
import {failureLines} from './failed.tsx';

const marks: Record<ReportView['rows'][number]['mark'], {readonly text: string; readonly tone: Tone}> = {
	good: {text: '●', tone: 'good'},
	wait: {text: '◌', tone: 'warn'},
	bad: {text: '✕', tone: 'bad'},
};

/** Returns the closing screen. It stays in the scrollback, so long lines wrap instead of being cut. */
function reportLines(report: ReportView, {width, isNarrow}: WindowSize): readonly ReactElement[] {
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
							{isNarrow ? 'DNS records to add:' : `DNS records to add ${place}:`}
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

const unchanged = {
	real: 'Quit. Nothing was changed in your account.',
	rehearsed: 'Quit. This was a rehearsal.',
};

const canContinue = 'Your answers are saved (secrets are not). Run the same command to continue.';

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
			default:
				return say(`${quit} ${canContinue}`);
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
