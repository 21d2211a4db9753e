import {splitKeys} from './split-keys.ts';

export type KeyQueue = {
	push(chunk: string): void;
	/** Until the release, only Esc and Ctrl-C pass; other keys follow afterwards. */
	hold(): void;
	/** @param dropsTyped - Drops waiting keys but Ctrl-C, because they were meant for another screen than the one that appeared. */
	release(dropsTyped: boolean): void;
	clear(): void;
};

/** React subscribes the handler for the next key a few event loop turns later; two turns are not enough. */
const turnsBetweenKeys = 6;

const escapeTimeoutMs = 30;

const escapeKey = '\u001b';

const ctrlC = '\u0003';

const interruptions = [escapeKey, ctrlC];

/** Passes on one key at a time, so that no handler sees a key with stale state. */
export function createKeyQueue(deliver: (key: string) => void): KeyQueue {
	let unfinished = '';
	let timer: NodeJS.Timeout | undefined;
	let turn: NodeJS.Immediate | undefined;
	let isHeld = false;
	const typed: string[] = [];

	const next = (turns: number) => {
		turn = setImmediate(() => {
			if (turns > 0) next(turns - 1);
			else deliverNext();
		});
	};
	const deliverNext = () => {
		turn = undefined;
		if (isHeld) dropUpToInterruption();
		if (isHeld && !interruptions.includes(typed[0] ?? '')) return;
		const key = typed.shift();
		if (key === undefined) return;
		next(turnsBetweenKeys);
		deliver(key);
	};
	const dropUpToInterruption = () => {
		const place = typed.findIndex(key => interruptions.includes(key));
		if (place > 0) typed.splice(0, place);
	};
	const take = (keys: readonly string[]) => {
		typed.push(...keys);
		if (!turn) next(0);
	};

	return {
		push(chunk) {
			clearTimeout(timer);
			const {keys, rest} = splitKeys(unfinished + chunk);
			unfinished = rest;
			if (keys.length > 0) take(keys);
			const isPasting = rest.startsWith('\u001b[200~');
			if (!rest || isPasting) return;
			timer = setTimeout(() => {
				unfinished = '';
				if (/^\u001b+$/.test(rest)) take([escapeKey]);
			}, escapeTimeoutMs);
		},
		hold() {
			isHeld = true;
		},
		release(dropsTyped) {
			isHeld = false;
			if (dropsTyped) typed.splice(0, typed.length, ...typed.filter(key => key === ctrlC));
			if (!turn) next(turnsBetweenKeys);
		},
		clear() {
			clearTimeout(timer);
			if (turn) clearImmediate(turn);
			turn = undefined;
			unfinished = '';
			typed.length = 0;
		},
	};
}
