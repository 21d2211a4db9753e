import {useInput} from 'ink';
import {useState} from 'react';
import {wrapText} from '../../core/text/width.ts';
import {formatDuration, formatElapsed, useTheme} from '../look/theme.ts';
import {useTick, useWindow} from '../look/window.tsx';
import {bodyHeight, Frame} from '../parts/frame.tsx';
import {Line, recordLines} from '../parts/lines.tsx';
import {nameCheck, openCheckLines, runLines} from '../parts/run.tsx';
import {RecordsScreen} from './records.tsx';
import {describeHeader, type ScreenProps, ScrollScreen} from './scroll.tsx';

const mostChanges = 4;

type Change = ScreenProps<'watching'>['screen']['changes'][number];

/** Shows what is verified, what phxfly waits for, what changed, and when the next check is. */
export function WatchingScreen({state, screen, session}: ScreenProps<'watching'>) {
	const window = useWindow();
	const {look} = useTheme();
	const tick = useTick(!look.isScreenReader);
	const nowMs = session.now();
	const {run, changes, nextLookMs} = screen;
	const [isInFull, setInFull] = useState(false);
	const [showsRecords, setShowsRecords] = useState(false);
	useInput((input, key) => {
		if (isInFull || showsRecords) return;
		if (key.return) session.dispatch({type: 'looked-now'});
		if (input === 'd') setInFull(true);
		if (input === 'r' && run.records.length > 0) setShowsRecords(true);
		if (input === 'q') session.dispatch({type: 'quit'});
	});
	const indent = window.isNarrow ? 0 : 2;
	if (showsRecords) return <RecordsScreen records={run.records} onClose={() => setShowsRecords(false)} />;
	if (isInFull) {
		const described = changes.flatMap(change =>
			wrapText(describeChange(change, nowMs), window.width - indent),
		);
		const lines = [
			...openCheckLines(run.checks, window),
			...recordLines(run.records, window),
			...described.map(text => (
				<Line key={text} tone="quiet" indent={indent}>
					{text}
				</Line>
			)),
		];
		return <ScrollScreen title="Waiting for" toggle="d" lines={lines} onClose={() => setInFull(false)} />;
	}

	const body = bodyHeight(window);
	const gap = (key: string) => (window.isShort ? [] : [<Line key={key}> </Line>]);
	const next = (
		<Line key="next" tone="accent" indent={indent}>
			{describeNext(nextLookMs, nowMs, look.isScreenReader)}
		</Line>
	);
	const all = recordLines(run.records, window);
	const records =
		all.length <= body - 5
			? all
			: [
					<Line key="records" tone="warn" indent={indent}>
						{`r  ${run.records.length} DNS records to add`}
					</Line>,
				];
	const story = changes.slice(-mostChanges).map(change => (
		<Line key={`${change.atMs} ${change.text}`} tone="quiet" indent={indent}>
			{describeChange(change, nowMs)}
		</Line>
	));
	const open = run.checks.find(({status}) => status === 'not-yet' || status === 'could-not-tell');
	const room = Math.max(3, Math.floor(body / 3));
	const advice = openCheckLines(open ? [open] : [], window).slice(0, room);
	const below = [
		...gap('above next'),
		next,
		...(all.length > 0 ? [...gap('above records'), ...records] : []),
		...(advice.length > 0 && !window.isShort ? [...gap('above advice'), ...advice] : []),
		...(story.length > 0 ? [...gap('above changes'), ...story] : []),
	];
	const shown = below.slice(0, Math.max(1, body - 3));
	return (
		<Frame
			{...describeHeader(state, window, formatElapsed((nowMs - run.startedAtMs) / 1000))}
			lines={[...runLines(run, {nowMs, tick, look}, Math.max(1, body - shown.length), window), ...shown]}
			keys={[
				{key: 'enter', does: 'check now', short: 'check'},
				{key: 'd', does: 'details'},
				...(all.length > 0 ? [{key: 'r', does: 'records', isMinor: true}] : []),
				{key: 'ctrl-c', does: 'stop (run again to wait)', short: 'stop'},
			]}
		/>
	);
}

const describeChange = ({atMs, id, text}: Change, nowMs: number): string =>
	`${formatElapsed((nowMs - atMs) / 1000)} ago: ${nameCheck(id)}: ${text}`;

/** Returns a countdown, but not one that a screen reader reads every second. */
function describeNext(nextLookMs: number | undefined, nowMs: number, isScreenReader: boolean): string {
	if (nextLookMs === undefined || nextLookMs <= nowMs) return 'Checking…';
	const left = formatDuration((nextLookMs - nowMs) / 1000);
	return isScreenReader ? 'Waiting for the next check.' : `Next check in ${left}.`;
}
