import {useStdout} from 'ink';
import {createContext, type ReactNode, useContext, useEffect, useState} from 'react';

const ticksPerSecond = 4;

/** Counts while something runs, to update marks and seconds. */
export function useTick(isActive: boolean): number {
	const [tick, setTick] = useState(0);
	useEffect(() => {
		if (!isActive) return;
		const timer = setInterval(() => setTick(count => count + 1), 1000 / ticksPerSecond);
		return () => clearInterval(timer);
	}, [isActive]);
	return tick;
}

export type WindowSize = {
	/** Columns available: the window without its margins. */
	readonly width: number;
	/** Lines available: one less than the window, or Ink clears the whole screen. */
	readonly height: number;
	readonly isShort: boolean;
	readonly isNarrow: boolean;
};

export const measureWindow = (columns: number, rows: number): WindowSize => ({
	width: Math.max(10, columns - 2),
	height: Math.max(3, rows - 1),
	isShort: rows < 18,
	isNarrow: columns < 60,
});

export const WindowContext = createContext(measureWindow(80, 24));

export const useWindow = (): WindowSize => useContext(WindowContext);

/** Follows the terminal's size. */
export function WindowProvider({children}: {readonly children: ReactNode}) {
	const {stdout} = useStdout();
	const read = () => measureWindow(stdout.columns || 80, stdout.rows || 24);
	const [size, setSize] = useState(read);
	useEffect(() => {
		const handleResize = () => setSize(measureWindow(stdout.columns || 80, stdout.rows || 24));
		stdout.on('resize', handleResize);
		return () => {
			stdout.off('resize', handleResize);
		};
	}, [stdout]);
	return <WindowContext.Provider value={size}>{children}</WindowContext.Provider>;
}
