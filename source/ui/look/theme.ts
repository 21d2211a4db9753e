import type {TextProps} from 'ink';
import {createContext, useContext} from 'react';
import type {CheckStatus, StepStatus} from '../../core/session/events.ts';
import {toPlainText} from '../../core/text/text.ts';

/** Formats `3 s`, or `1:58` from a minute on. */
export function formatDuration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Formats Formats Formats `2 min 14 s`. */
export function formatElapsed(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Says a time left in words; a number of seconds would claim more than an estimate knows. */
export function formatLeft(seconds: number): string {
	if (seconds < 10) return 'a few seconds left';
	if (seconds < 90) return `about ${Math.round(seconds / 10) * 10} s left`;
	return `about ${Math.round(seconds / 60)} min left`;
}

/** Draws a share from 0 to 1 as a bar. */
export function drawBar(share: number, width: number): string {
	const full = Math.round(Math.min(1, Math.max(0, share)) * width);
	return '█'.repeat(full) + '░'.repeat(width - full);
}

export type Look = {readonly isAscii: boolean; readonly hasColor: boolean; readonly isScreenReader: boolean};

export type Tone = 'plain' | 'quiet' | 'accent' | 'good' | 'warn' | 'bad';

type StatusLook = {readonly mark: string; readonly ascii: string; readonly word: string; readonly tone: Tone};

/** Each status has a mark and a word, so meaning never depends on color alone. */
export const stepLooks: Record<StepStatus, StatusLook> = {
	waiting: {mark: '○', ascii: '-', word: 'waiting', tone: 'quiet'},
	looking: {mark: '◌', ascii: '?', word: 'looking', tone: 'accent'},
	running: {mark: '◐', ascii: '>', word: 'running', tone: 'accent'},
	done: {mark: '●', ascii: '+', word: 'done', tone: 'good'},
	'already-done': {mark: '●', ascii: '=', word: 'already done', tone: 'good'},
	failed: {mark: '✕', ascii: 'x', word: 'failed', tone: 'bad'},
	skipped: {mark: '·', ascii: '.', word: 'not needed', tone: 'quiet'},
};

export const checkLooks: Record<CheckStatus, StatusLook> = {
	waiting: {mark: '○', ascii: '-', word: 'waiting', tone: 'quiet'},
	checking: {mark: '◐', ascii: '>', word: 'checking', tone: 'accent'},
	proved: {mark: '●', ascii: '+', word: 'verified', tone: 'good'},
	'not-yet': {mark: '◌', ascii: '~', word: 'not yet', tone: 'warn'},
	'could-not-tell': {mark: '◌', ascii: '?', word: 'could not tell', tone: 'warn'},
	wrong: {mark: '✕', ascii: 'x', word: 'wrong', tone: 'bad'},
	hint: {mark: '·', ascii: '.', word: 'hint', tone: 'quiet'},
	skipped: {mark: '·', ascii: '.', word: 'not checked', tone: 'quiet'},
};

/** The only place with colors; everything else uses tones. */
const tones: Record<Tone, TextProps> = {
	plain: {},
	quiet: {dimColor: true},
	accent: {color: 'cyan'},
	good: {color: 'green'},
	warn: {color: 'yellow'},
	bad: {color: 'red'},
};

/** The running mark turns a quarter per tick. */
export const spinner = {marks: ['◐', '◓', '◑', '◒'], ascii: ['>', '>', '>', '>']};

const asciiForms: readonly (readonly [RegExp, string])[] = [
	[/↑↓/g, 'up/down'],
	[/←→/g, 'left/right'],
	[/[›→▸]/g, '>'],
	[/[‹←]/g, '<'],
	[/↑/g, '^'],
	[/↓/g, 'v'],
	[/[·•]/g, '-'],
	[/[●]/g, '+'],
	[/[○–—−]/g, '-'],
	[/[◐◓◑◒]/g, '>'],
	[/[✕]/g, 'x'],
	[/█/g, '#'],
	[/░/g, '.'],
	[/◌/g, '~'],
	[/[▌]/g, '_'],
	[/…/g, '...'],
	[/[‘’]/g, "'"],
	[/[“”]/g, '"'],
];

const toAscii = (text: string) =>
	asciiForms
		.reduce((ascii, [sign, form]) => ascii.replace(sign, form), text)
		.normalize('NFKD')
		.replace(/\p{Mark}/gu, '')
		.replace(/[^ -~\n]/gu, '?');

type Theme = {
	readonly look: Look;
	readonly ellipsis: string;
	/** Returns text that is safe to show. */
	draw(text: string): string;
	props(tone: Tone): TextProps;
};

export const createTheme = (look: Look): Theme => ({
	look,
	ellipsis: look.isAscii ? '...' : '…',
	draw(text) {
		const plain = toPlainText(text);
		if (look.isAscii) return toAscii(plain);
		return look.isScreenReader
			? plain.replaceAll('↑↓', 'up and down').replaceAll('←→', 'left and right')
			: plain;
	},
	props: tone => (look.hasColor ? tones[tone] : {}),
});

export const ThemeContext = createContext(
	createTheme({isAscii: false, hasColor: true, isScreenReader: false}),
);

export const useTheme = (): Theme => useContext(ThemeContext);
