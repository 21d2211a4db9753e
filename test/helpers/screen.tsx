import {Text} from 'ink';
import {render} from 'ink-testing-library';
import type {ReactElement} from 'react';
import {vi} from 'vitest';
import {createKeyQueue} from '../../source/ui/input/key-queue.ts';
import {KeysContext} from '../../source/ui/input/keys.ts';
import {createTheme, type Look, ThemeContext} from '../../source/ui/look/theme.ts';
import {WindowProvider} from '../../source/ui/look/window.tsx';

export const keys = {
	enter: '\r',
	escape: '\u001b',
	tab: '\t',
	up: '\u001b[A',
	down: '\u001b[B',
	right: '\u001b[C',
	left: '\u001b[D',
	home: '\u001b[H',
	end: '\u001b[F',
	pageUp: '\u001b[5~',
	pageDown: '\u001b[6~',
	backspace: '\u007f',
	ctrlA: '\u0001',
	ctrlC: '\u0003',
	ctrlE: '\u0005',
	ctrlU: '\u0015',
	ctrlW: '\u0017',
};

type Options = Partial<Look> & {readonly columns?: number; readonly rows?: number};

/** Renders with ink-testing-library in a window of a given size, with the keyboard of the real program. */
export function openScreen(element: ReactElement, {columns = 80, rows = 24, ...look}: Options = {}) {
	const theme = createTheme({isAscii: false, hasColor: false, isScreenReader: false, ...look});
	const instance = render(<Text />);
	Object.defineProperties(instance.stdout, {columns: {value: columns}, rows: {value: rows}});
	const queue = createKeyQueue(key => instance.stdin.write(key));
	const wrap = (content: ReactElement) => (
		<ThemeContext.Provider value={theme}>
			<KeysContext.Provider value={queue}>
				<WindowProvider>{content}</WindowProvider>
			</KeysContext.Provider>
		</ThemeContext.Provider>
	);
	instance.rerender(wrap(element));
	const text = () => (instance.lastFrame() ?? '').replace(/ +$/gm, '');
	return {
		text,
		frame: () => instance.lastFrame() ?? '',
		type: (input: string) => queue.push(input),
		show: (content: ReactElement) => instance.rerender(wrap(content)),
		shows: (wanted: string | RegExp) =>
			vi.waitFor(() => {
				const found = typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text());
				if (!found) throw new Error(`Waiting for ${wanted}, the screen shows:\n${text()}`);
			}, 30_000),
		close: () => instance.unmount(),
	};
}
