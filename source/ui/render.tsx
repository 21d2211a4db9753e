import {render, renderToString} from 'ink';
import type {Session} from '../core/session/session.ts';
import {createSessionView, SessionApp} from './app.tsx';
import {createPacedInput, KeysContext} from './input/keys.ts';
import {createTheme, type Look, ThemeContext} from './look/theme.ts';
import {measureWindow, WindowContext, WindowProvider} from './look/window.tsx';
import {FinalText} from './screens/final-text.tsx';
import {reportToTerminal, type TerminalSignals} from './terminal-status.ts';

export type SessionStreams = {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
};

export type RenderedSession = {
	/**
	 * Resolves when the session ends: the terminal is restored and the last screen printed.
	 * Rejects if a screen could not be drawn.
	 */
	waitUntilExit(): Promise<void>;
	/** Ends the session from outside, for example on a signal. */
	unmount(): Promise<void>;
	/** Releases the terminal for another program; resolves when it is free. */
	suspend(): Promise<void>;
	resume(): void;
};

/** Draws the session until it ends. */
export function renderSession(
	session: Session,
	{stdin, stdout, stderr}: SessionStreams,
	look: Look,
	signals: TerminalSignals = {hasTitle: false, hasProgress: false},
): RenderedSession {
	const theme = createTheme(look);
	const input = createPacedInput(stdin, stdout);
	let isEnding = false;
	let free: Promise<void>;
	let announceEnd = () => {};
	let announceFailure = (_error: unknown) => {};
	const ended = new Promise<void>((resolve, reject) => {
		announceEnd = resolve;
		announceFailure = reject;
	});

	const view = createSessionView({
		...session,
		dispatch(action) {
			session.dispatch(action);
			if (action.type === 'quit') end();
		},
	});
	const unsubscribe = session.subscribe(() => {
		if (isOver(session)) end();
	});

	const stopSignals = reportToTerminal(session, text => stdout.write(text), signals);
	const mount = () => {
		const instance = render(
			<ThemeContext.Provider value={theme}>
				<KeysContext.Provider value={input.keys}>
					<WindowProvider>
						<SessionApp view={view} />
					</WindowProvider>
				</KeysContext.Provider>
			</ThemeContext.Provider>,
			{
				stdin: input.stream,
				stdout,
				stderr,
				exitOnCtrlC: false,
				patchConsole: false,
				isScreenReaderEnabled: look.isScreenReader,
				maxFps: 60,
			},
		);
		free = instance
			.waitUntilExit()
			.catch(announceFailure)
			.then(() => {
				input.stream.setRawMode(false);
			});
	};

	function end() {
		if (isEnding) return;
		isEnding = true;
		view.hide();
		free.then(printLastScreen).finally(() => {
			stopSignals();
			unsubscribe();
			view.close();
			announceEnd();
		});
	}

	const printLastScreen = () => {
		const columns = stdout.columns || 80;
		// What stays is text in a terminal, whatever reads it: lines that are whole, and words that are apart.
		const plain = createTheme({...look, isScreenReader: false});
		const text = renderToString(
			<ThemeContext.Provider value={plain}>
				<WindowContext.Provider value={measureWindow(columns, stdout.rows || 24)}>
					<FinalText state={session.getState()} nowMs={session.now()} />
				</WindowContext.Provider>
			</ThemeContext.Provider>,
			{columns},
		);
		return new Promise<void>(resolve => {
			stdout.write(text && `${text}\n`, () => resolve());
		});
	};

	mount();
	if (isOver(session)) end();
	return {
		waitUntilExit: () => ended,
		unmount() {
			end();
			return ended;
		},
		suspend() {
			view.hide();
			return free;
		},
		resume() {
			if (isEnding) return;
			view.show();
			mount();
		},
	};
}

const isOver = (session: Session) => ['done', 'left'].includes(session.getState().screen.kind);
