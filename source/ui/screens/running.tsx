import {useInput} from 'ink';
import {useState} from 'react';
import {wrapText} from '../../core/text/width.ts';
import {formatDuration, formatElapsed, useTheme} from '../look/theme.ts';
import {useTick, useWindow} from '../look/window.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Line, recordLines} from '../parts/lines.tsx';
import {runLines} from '../parts/run.tsx';
import {describeHeader, LogScreen, type ScreenProps} from './scroll.tsx';

const longestTail = 8;

/** One line per step, the output of the running one below it, and the keys available meanwhile. */
export function RunningScreen({state, screen, session}: ScreenProps<'running'>) {
	const window = useWindow();
	const {look} = useTheme();
	const {run, isStopping, lease} = screen;
	const [isLogOpen, setLogOpen] = useState(false);
	const tick = useTick(!look.isScreenReader);
	const nowMs = session.now();
	useInput((input, key) => {
		// Closes the log on Ctrl-C, to show the effect of stopping.
		if (key.ctrl && input === 'c') setLogOpen(false);
		if (isLogOpen) return;
		if (input === 'l') setLogOpen(true);
		if (input === 'c' && !key.ctrl && lease) session.dispatch({type: 'cleared-lease'});
	});
	if (isLogOpen) return <LogScreen run={run} onClose={() => setLogOpen(false)} />;

	const body = bodyHeight(window);
	const gap = (key: string) => (window.isShort ? [] : [<Line key={key}> </Line>]);
	const records = recordLines(run.records, window);
	const notice = isStopping ? stoppingText : lease ? leaseText((lease.untilMs - nowMs) / 1000) : undefined;
	const indent = window.isNarrow ? 0 : 2;
	const notices = (notice ? wrapText(notice, window.width - indent) : []).map(text => (
		<Line key={text} tone="warn" indent={indent}>
			{text}
		</Line>
	));
	const below = [
		...(notices.length > 0 ? [...gap('above notice'), ...notices] : []),
		...(records.length > 0 ? [...gap('above records'), ...records] : []),
	];
	const shown = below.slice(0, Math.max(notices.length, body - 5));
	const leastTail = window.isShort ? 1 : 3;
	const steps = runLines(run, {nowMs, tick, look}, Math.max(2, body - shown.length - leastTail), window);
	const tailHeight = Math.min(longestTail, body - shown.length - steps.length - gap('').length);
	const tail = fillTail(run.tail, tailHeight);
	const lines = [
		...steps,
		...(tailHeight > 0 ? gap('above tail') : []),
		...tail.map(text => (
			<Line key={`tail ${text}`} tone="quiet" indent={indent}>
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
				isStopping
					? {key: 'ctrl-c', does: 'again to stop now', short: 'stop now'}
					: {key: 'ctrl-c', does: 'stop safely (resume later)', short: 'stop safely'},
			]}
		/>
	);
}

const stoppingText = 'Stopping safely. Run the same command to resume.';

const leaseText = (seconds: number) =>
	`An earlier deploy holds the machine's lease for ${formatDuration(seconds)}. Press c to clear it now.`;

/** Always returns the same number of lines, so that nothing below moves. */
function fillTail(tail: readonly string[], height: number): readonly string[] {
	if (height <= 0) return [];
	const newest = tail.slice(-height);
	return [...newest, ...Array.from({length: height - newest.length}, () => '')];
}
