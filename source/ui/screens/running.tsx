import {useInput} from 'ink';
import {type ReactElement, useState} from 'react';
import type {RunState} from '../../core/session/run-state.ts';
import {estimateProgress} from '../../core/session/time-left.ts';
import {wrapText} from '../../core/text/width.ts';
import {drawBar, formatDuration, formatElapsed, formatLeft, useTheme} from '../look/theme.ts';
import {useTick, useWindow} from '../look/window.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Line, recordLines} from '../parts/lines.tsx';
import {runLines} from '../parts/run.tsx';
import {RecordsScreen} from './records.tsx';
import {describeHeader, LogScreen, type ScreenProps} from './scroll.tsx';

const longestTail = 8;

/** One line per step, the output of the running one below it, and the keys available meanwhile. */
export function RunningScreen({state, screen, session}: ScreenProps<'running'>) {
	const window = useWindow();
	const {look} = useTheme();
	const {run, isStopping, lease} = screen;
	const [open, setOpen] = useState<'log' | 'records'>();
	const tick = useTick(!look.isScreenReader);
	const nowMs = session.now();
	const hasRecords = run.records.length > 0;
	useInput((input, key) => {
		// Closes the log on Ctrl-C, to show the effect of stopping.
		if (key.ctrl && input === 'c') setOpen(undefined);
		if (open) return;
		if (input === 'l') setOpen('log');
		if (input === 'r' && hasRecords) setOpen('records');
		if (input === 'c' && !key.ctrl && lease) session.dispatch({type: 'cleared-lease'});
	});
	const close = () => setOpen(undefined);
	if (open === 'log') return <LogScreen run={run} onClose={close} />;
	if (open === 'records') return <RecordsScreen records={run.records} onClose={close} />;

	const body = bodyHeight(window);
	const gap = (key: string) => (window.isShort ? [] : [<Line key={key}> </Line>]);
	const notice = isStopping ? stoppingText : lease ? leaseText((lease.untilMs - nowMs) / 1000) : undefined;
	const indent = window.isNarrow ? 0 : 2;
	const notices = (notice ? wrapText(notice, window.width - indent) : []).map(text => (
		<Line key={text} tone="warn" indent={indent}>
			{text}
		</Line>
	));
	const progress = look.isScreenReader ? undefined : estimateProgress(run, nowMs);
	const whole = progress && !window.isShort ? [wholeLine(progress, indent), ...gap('')] : [];
	const room = body - notices.length - whole.length;
	const records = [...recordLines(run.records, window)];
	const recordsFit = records.length + leastSteps <= room;
	const hint = [
		<Line key="records" tone="warn" indent={indent}>
			{`r  ${run.records.length} DNS records to add`}
		</Line>,
	];
	const above = [...whole, ...(records.length > 0 && !recordsFit ? hint : [])];
	const shown = [
		...(notices.length > 0 ? [...gap('above notice'), ...notices] : []),
		...(records.length > 0 && recordsFit ? [...gap('above records'), ...records] : []),
	];
	const leastTail = window.isShort ? 1 : 3;
	const rest = body - above.length - shown.length;
	const steps = runLines(run, {nowMs, tick, look}, Math.max(leastSteps, rest - leastTail), window);
	const tailHeight = Math.min(longestTail, rest - steps.length - gap('').length);
	const silence = run.silence && describeSilence(run.silence, nowMs, look.isScreenReader);
	const tail = fillTail(silence ? [...run.tail, silence] : run.tail, tailHeight);
	const lines = [
		...above,
		...steps,
		...(tailHeight > 0 ? gap('above tail') : []),
		...tail.map(text => (
			<Line key={`tail ${text}`} tone={text === silence ? 'warn' : 'quiet'} indent={indent}>
				{text || ' '}
			</Line>
		)),
		...shown,
	];
	return (
		<Frame
			{...describeHeader(state, window, formatElapsed((nowMs - run.startedAtMs) / 1000))}
			lines={lines}
			keys={[
				...(lease ? [{key: 'c', does: 'clear the lease'}] : []),
				{key: 'l', does: 'log'},
				...(hasRecords ? [{key: 'r', does: 'copy DNS records', short: 'records', isMinor: recordsFit}] : []),
				isStopping
					? {key: 'ctrl-c', does: 'again to stop now', short: 'stop now'}
					: {key: 'ctrl-c', does: 'stop safely (resume later)', short: 'stop safely'},
			]}
		/>
	);
}

/** Rows of steps that are always visible: the active one, and the counts of those before and after it. */
const leastSteps = 3;

const wholeWidth = 24;

/** Returns the bar of the whole run: the time it took, of what it will have taken. */
const wholeLine = (
	{secondsLeft, share}: NonNullable<ReturnType<typeof estimateProgress>>,
	indent: number,
): ReactElement => (
	<Line key="whole" tone="accent" indent={indent}>
		{`${drawBar(share, wholeWidth)}  ${formatLeft(secondsLeft)}`}
	</Line>
);

/** Counts the silence, but not for a screen reader, which would read every second. */
const describeSilence = (
	{sinceMs, line}: NonNullable<RunState['silence']>,
	nowMs: number,
	isScreenReader: boolean,
): string =>
	isScreenReader
		? line
		: line.replace(/^No output for [^.]+/, `No output for ${formatElapsed((nowMs - sinceMs) / 1000)}`);

const stoppingText = 'Stopping safely. Run the same command to resume.';

const leaseText = (seconds: number) =>
	`An earlier deploy holds the machine's lease for ${formatDuration(seconds)}. Press c to clear it now.`;

/** Always returns the same number of lines, so that nothing below moves. */
function fillTail(tail: readonly string[], height: number): readonly string[] {
	if (height <= 0) return [];
	const newest = tail.slice(-height);
	return [...newest, ...Array.from({length: height - newest.length}, () => '')];
}
