import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {RunState} from '../../core/session/run-state.ts';
import type {SessionState} from '../../core/session/session.ts';
import {wrapText} from '../../core/text/text.ts';
import {formatElapsed} from '../format-duration.ts';
import {useTheme} from '../look/theme.ts';
import {useWindow} from '../look/window.tsx';
import {Stack} from '../parts/frame.tsx';
import {Line} from '../parts/lines.tsx';
import {openCheckLines} from '../parts/open-check-lines.tsx';
import {recordLines} from '../parts/record-lines.tsx';
import {runLines} from '../parts/run-lines.tsx';
import {failureLines} from './failure-lines.tsx';
import {reportLines} from './report-lines.tsx';

const unchanged = {
	real: 'Quit. Nothing was changed in your account.',
	rehearsed: 'Quit. It was a rehearsal.',
};
const goesOn = 'Your answers are kept, keys are not: the same command goes on here.';

/** What stays in the scrollback: the report, or how far it came. As long as it needs to be. */
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
					...say('What exists stays as it is: the same command goes on here.'),
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
					...say('What is done is recorded: the same command goes on here.'),
				];
			}

			case 'watching': {
				const {run} = screen;
				const elapsed = formatElapsed((nowMs - run.startedAtMs) / 1000);
				const records = recordLines(run.records, window);
				return [
					...say(`${app ?? 'phxfly'} · left after ${elapsed}`, true),
					gap,
					...runLines(run, {nowMs, tick: 0, look}, Number.POSITIVE_INFINITY, window),
					gap,
					...openCheckLines(run.checks, window),
					...(records.length > 0 ? [gap, ...records] : []),
					gap,
					...say('Nothing was changed. The same command goes on waiting.'),
				];
			}

			case 'looking':
				return say(quit);
			default:
				return say(`${quit} ${goesOn}`);
		}
	};

	return (
		<Box paddingLeft={1} width={window.width + 1} flexDirection="column">
			<Stack lines={describe()} />
		</Box>
	);
}

/** Nothing runs any more: what was under way counts as waiting. */
const interrupt = (run: RunState): RunState => ({
	...run,
	steps: run.steps.map(step =>
		step.status === 'running' || step.status === 'looking'
			? {...step, status: 'waiting', startedAtMs: undefined, note: 'interrupted'}
			: step,
	),
});
