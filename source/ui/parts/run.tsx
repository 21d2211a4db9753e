import type {CheckState, RunState, StepState} from '../../core/session/run-state.ts';
import {formatDuration} from '../format-duration.ts';
import {checkLooks, type Look, spinner, stepLooks, type Tone} from '../look/theme.ts';

export type RunRow = {
	readonly id: string;
	readonly mark: string;
	readonly tone: Tone;
	readonly title: string;
	readonly time: string;
	readonly note: string;
	readonly phase: 'over' | 'active' | 'ahead';
};

export type RunClock = {readonly nowMs: number; readonly tick: number; readonly look: Look};

const phaseOf = (status: StepState['status'] | CheckState['status']): RunRow['phase'] =>
	status === 'waiting'
		? 'ahead'
		: ['looking', 'running', 'failed', 'checking', 'wrong', 'not-yet', 'could-not-tell'].includes(status)
			? 'active'
			: 'over';

function stepRow(step: StepState, {nowMs, tick, look}: RunClock): RunRow {
	const {mark, ascii, tone, word} = stepLooks[step.status];
	const isBusy = step.status === 'looking' || step.status === 'running';
	const turning = look.isScreenReader ? mark : (spinner.marks[tick % spinner.marks.length] ?? mark);
	const ticking = isBusy && step.startedAtMs !== undefined ? (nowMs - step.startedAtMs) / 1000 : undefined;
	const seconds = step.seconds ?? ticking;
	const saysWord = ['already-done', 'failed', 'skipped'].includes(step.status);
	return {
		id: step.id,
		mark: look.isAscii ? ascii : step.status === 'running' ? turning : mark,
		tone,
		title: step.title,
		time: seconds === undefined || step.status === 'already-done' ? '' : formatDuration(seconds),
		note: [saysWord ? word : '', step.note ?? (step.status === 'looking' ? word : '')]
			.filter(Boolean)
			.join(', '),
		phase: phaseOf(step.status),
	};
}

const abbreviations = ['dns', 'caa', 'https'];

function checkRow({id, status, detail}: CheckState, {look}: RunClock): RunRow {
	const {mark, ascii, tone, word} = checkLooks[status];
	const note = detail.startsWith(word) ? detail : [word, detail].filter(Boolean).join(': ');
	const title = abbreviations.includes(id)
		? id.toUpperCase()
		: id.replaceAll('-', ' ').replace(/^./, letter => letter.toUpperCase());
	return {
		id: `check ${id}`,
		mark: look.isAscii ? ascii : mark,
		tone,
		title,
		time: '',
		note,
		phase: phaseOf(status),
	};
}

/** The steps, then the checks as far as they are known. */
export const runRows = ({steps, checks}: RunState, clock: RunClock): readonly RunRow[] => [
	...steps.map(step => stepRow(step, clock)),
	...checks.map(check => checkRow(check, clock)),
];

/** Keeps what is active in sight: first the oldest finished rows go, then the last ones ahead. */
export function collapseRows(rows: readonly RunRow[], height: number) {
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
