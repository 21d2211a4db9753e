import {useEffect, useState} from 'react';

const ticksPerSecond = 4;

/** Counts while something runs, so that marks turn and seconds pass. */
export function useTick(isActive: boolean): number {
	const [tick, setTick] = useState(0);
	useEffect(() => {
		if (!isActive) return;
		const timer = setInterval(() => setTick(count => count + 1), 1000 / ticksPerSecond);
		return () => clearInterval(timer);
	}, [isActive]);
	return tick;
}
