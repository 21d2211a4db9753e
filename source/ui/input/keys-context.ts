import {createContext, useContext, useEffect, useRef} from 'react';
import type {KeyFilter} from './key-queue.ts';

/** Where a field can see keys before ink-text-input does. */
export const KeysContext = createContext<{setFilter(filter: KeyFilter | undefined): void}>({setFilter() {}});

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
