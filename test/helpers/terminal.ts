import {type IPty, spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type TerminalOptions = {
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
};

export type OpenTerminal = {
	/** The window as a person sees it, without blanks at line ends and below. */
	screen(): string;
	/** The window, and everything that scrolled out of it. */
	scrollback(): string;
	/** All bytes the program wrote. */
	raw(): string;
	type(text: string): void;
	/** Waits for the screen and returns it. Rejects with it after `timeoutMs`. */
	waitFor(wanted: RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>;
	kill(signal?: string): void;
	resize(columns: number, rows: number): void;
	readonly pid: number;
	readonly exitCode: Promise<number>;
	/** Waits for the exit code. Rejects with the screen after `timeoutMs`. */
	exits(timeoutMs?: number): Promise<number>;
};

/** Opens a program in a real pseudo-terminal, with a real terminal emulator that draws its output. */
export function openTerminal(
	command: string,
	args: readonly string[],
	{columns = 80, rows = 24, env = {}, cwd = process.cwd()}: TerminalOptions = {},
): OpenTerminal {
	const emulator = new xterm.Terminal({cols: columns, rows, scrollback: 5000, allowProposedApi: true});
	const pty: IPty = spawn(command, [...args], {
		cols: columns,
		rows,
		cwd,
		env: {...inherit(), ...env},
		name: 'xterm-256color',
	});
	const listeners = new Set<() => void>();
	let written = '';
	let unparsed = 0;
	let hasExited = false;
	// Ink puts each frame between these two; the terminal can receive a frame in several parts.
	const isFrameWhole = () =>
		hasExited || written.lastIndexOf('\u001B[?2026h') <= written.lastIndexOf('\u001B[?2026l');
	const told = () => {
		for (const listener of listeners) listener();
	};

	pty.onData(data => {
		written += data;
		unparsed++;
		emulator.write(data, () => {
			unparsed--;
			if (unparsed === 0) told();
		});
	});
	// Answers of the emulator to the program's queries, such as the cursor's position.
	emulator.onData(data => pty.write(data));
	const exitCode = new Promise<number>(resolve => {
		pty.onExit(({exitCode: code, signal}) => {
			emulator.write('', () => {
				hasExited = true;
				resolve(signal ? 128 + signal : code);
				told();
			});
		});
	});

	const read = (from: number) => {
		const {active} = emulator.buffer;
		const lines = Array.from(
			{length: active.length - from},
			(_, index) => active.getLine(from + index)?.translateToString(true) ?? '',
		);
		return lines.join('\n').trimEnd();
	};
	const screen = () => read(emulator.buffer.active.baseY);

	return {
		screen,
		scrollback: () => read(0),
		raw: () => written,
		type: text => pty.write(text),
		kill: signal => pty.kill(signal),
		resize(newColumns, newRows) {
			emulator.resize(newColumns, newRows);
			pty.resize(newColumns, newRows);
		},
		pid: pty.pid,
		exitCode,
		exits(timeoutMs = 20_000) {
			return new Promise((resolve, reject) => {
				const timer = setTimeout(
					() => reject(new Error(`Waited for the exit; the screen shows:\n${screen()}`)),
					timeoutMs,
				);
				void exitCode.then(code => {
					clearTimeout(timer);
					resolve(code);
				});
			});
		},
		waitFor(wanted, timeoutMs = 20_000) {
			const fits = () => (wanted instanceof RegExp ? wanted.test(screen()) : wanted(screen()));
			return new Promise((resolve, reject) => {
				const stop = () => {
					clearTimeout(timer);
					listeners.delete(look);
				};
				const look = () => {
					if (unparsed > 0 || !isFrameWhole() || !fits()) return;
					stop();
					resolve(screen());
				};
				const timer = setTimeout(() => {
					stop();
					reject(new Error(`Waited for ${wanted}; the screen shows:\n${screen()}`));
				}, timeoutMs);
				listeners.add(look);
				look();
			});
		},
	};
}

/** Returns the environment without CI, where Ink draws nothing live, and without the test runner's colors. */
function inherit(): Record<string, string> {
	const inherited = Object.entries(process.env).filter(
		(entry): entry is [string, string] =>
			entry[1] !== undefined && !['CI', 'FORCE_COLOR', 'NO_COLOR', 'NODE_ENV'].includes(entry[0]),
	);
	return Object.fromEntries(inherited);
}
