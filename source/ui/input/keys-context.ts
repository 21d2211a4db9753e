import {createContext, useContext, useEffect, useRef} from 'react';
import type {KeyFilter, KeyQueue} from './keys.ts';

/** Where a field can see keys before ink-text-input does. */
export const KeysContext = createContext<Pick<KeyQueue, 'setFilter' | 'hold' | 'release'>>({
	setFilter() {},
	hold() {},
	release() {},
});

export function useKeyFilter(filter: KeyFilter, isActive: boolean): void {
	const keys = useContext(KeysContext);
	const latest = useRef(filter);
	latest.current = filter;
	useEffect(() => {
		if (!isActive) return;
		keys.setFilter(key => latest.current(key));
		return () => keys.setFilter(undefined);
	}, [keys, isActive]);
}

/** Keys wait while an answer is looked up: they belong to the next question, and to none if this one is asked again. */
export function useKeyHold(isHeld: boolean, isRefused: boolean): void {
	const keys = useContext(KeysContext);
	const latest = useRef(isRefused);
	latest.current = isRefused;
	useEffect(() => {
		if (!isHeld) return;
		keys.hold();
		return () => keys.release(latest.current);
	}, [keys, isHeld]);
}
