import {EventEmitter} from 'node:events';
import {StringDecoder} from 'node:string_decoder';
import {createContext, useContext, useEffect, useRef} from 'react';

const escapeKey = '\u001b';

const pasteStart = `${escapeKey}[200~`;

const pasteEnd = `${escapeKey}[201~`;

const sequence = /^\u001b{1,2}(?:\[\[?[0-?]*[ -/]*[@-~]|O[ -~]|[^[O\p{Cc}]|[\u007f\b\r])/u;

/** Escape and then Ctrl-C, however fast, are two keys. */
const escapeAlone = /^\u001b(?=[^\u001b[O])/u;

/** Nobody types that fast: such a run of letters is a paste from a terminal that does not mark pastes. */
const longestTypedRun = 16;

const printableRun = new RegExp(`^[^\\p{Cc}]{${longestTypedRun},}`, 'u');

type SplitKeys = {
	readonly keys: readonly string[];
	/** The start of a sequence whose end has not arrived. */
	readonly rest: string;
};

/** Cuts what arrived into key presses; a marked paste becomes one key, without control characters. */
export function splitKeys(input: string): SplitKeys {
	const keys: string[] = [];
	let rest = input;
	while (rest) {
		if (rest.startsWith(pasteStart)) {
			const end = rest.indexOf(pasteEnd);
			if (end < 0) return {keys, rest};
			const pasted = cleanPaste(rest.slice(pasteStart.length, end));
			if (pasted) keys.push(pasted);
			rest = rest.slice(end + pasteEnd.length);
			continue;
		}

		const key = firstKey(rest);
		if (!key) return {keys, rest};
		keys.push(key === '\n' || key === '\r\n' ? '\r' : key);
		rest = rest.slice(key.length);
	}

	return {keys, rest};
}

function firstKey(text: string): string | undefined {
	if (text.startsWith(escapeKey)) return (sequence.exec(text) ?? escapeAlone.exec(text))?.[0];
	if (text.startsWith('\r\n')) return '\r\n';
	return printableRun.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(0) ?? 0);
}

const cleanPaste = (text: string) =>
	text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]?|.?)/gsu, '').replace(/[\p{Cc}\u2028\u2029]/gu, '');

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

/** Sees each key before the screen does, and says which keys the screen gets instead. */
type KeyFilter = (key: string) => readonly string[];

type KeyQueue = {
	push(chunk: string): void;
	setFilter(filter: KeyFilter | undefined): void;
	/** Until the release only Esc and Ctrl-C come through; what was typed meanwhile comes afterwards. */
	hold(): void;
	/** @param dropsTyped - What was typed meanwhile was meant for something that did not come. */
	release(dropsTyped: boolean): void;
	clear(): void;
};

/** React subscribes the handler for the next key a few turns of the event loop after this one; two are not enough. */
const turnsBetweenKeys = 6;

const escapeTimeoutMs = 30;

const interruptions = ['\u001b', '\u0003'];

/** Hands on one key at a time, so that no handler sees a key with the state of the key before. */
export function createKeyQueue(deliver: (key: string) => void): KeyQueue {
	let unfinished = '';
	let timer: NodeJS.Timeout | undefined;
	let turn: NodeJS.Immediate | undefined;
	let filter: KeyFilter | undefined;
	let isHeld = false;
	const typed: string[] = [];
	const ready: string[] = [];

	const next = (turns: number) => {
		turn = setImmediate(() => {
			if (turns > 0) next(turns - 1);
			else deliverNext();
		});
	};
	const deliverNext = () => {
		turn = undefined;
		while (ready.length === 0 && typed.length > 0) {
			if (isHeld) dropUpToInterruption();
			if (isHeld && !interruptions.includes(typed[0] ?? '')) return;
			const key = typed.shift() ?? '';
			ready.push(...(filter?.(key) ?? [key]));
		}

		const key = ready.shift();
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
				take([rest]);
			}, escapeTimeoutMs);
		},
		setFilter(wanted) {
			filter = wanted;
		},
		hold() {
			isHeld = true;
		},
		release(dropsTyped) {
			isHeld = false;
			if (dropsTyped) typed.length = 0;
			if (!turn) next(turnsBetweenKeys);
		},
		clear() {
			clearTimeout(timer);
			if (turn) clearImmediate(turn);
			turn = undefined;
			unfinished = '';
			typed.length = 0;
			ready.length = 0;
		},
	};
}

type PacedInput = {
	/** What Ink reads from. */
	readonly stream: NodeJS.ReadStream;
	readonly keys: KeyQueue;
};

const bracketedPaste = {on: '\u001b[?2004h', off: '\u001b[?2004l'};

/** A keyboard that gives Ink one key at a time and a paste as one string; raw mode off gives the terminal back whole. */
export function createPacedInput(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): PacedInput {
	const events = new EventEmitter();
	let decoder = new StringDecoder('utf8');
	let current: string | undefined;
	let isRaw = false;

	const keys = createKeyQueue(key => {
		current = key;
		events.emit('readable');
	});
	const onData = (chunk: Buffer | string) =>
		keys.push(typeof chunk === 'string' ? chunk : decoder.write(chunk));

	const setRawMode = (wanted: boolean) => {
		if (wanted === isRaw) return;
		isRaw = wanted;
		stdin.setRawMode?.(wanted);
		if (stdout.writable) stdout.write(wanted ? bracketedPaste.on : bracketedPaste.off);
		if (wanted) {
			decoder = new StringDecoder('utf8');
			stdin.on('data', onData);
			stdin.resume();
		} else {
			stdin.off('data', onData);
			stdin.pause();
			keys.clear();
		}
	};

	const stream = Object.assign(events, {
		isTTY: stdin.isTTY,
		setRawMode,
		setEncoding() {},
		ref: () => stdin.ref?.(),
		unref: () => stdin.unref?.(),
		read() {
			const key = current ?? null;
			current = undefined;
			return key;
		},
	});
	// Of a read stream Ink uses exactly the members above.
	return {stream: stream as unknown as NodeJS.ReadStream, keys};
}
