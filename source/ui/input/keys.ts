import {EventEmitter} from 'node:events';
import {StringDecoder} from 'node:string_decoder';
import {createContext, useContext, useEffect, useRef} from 'react';
import {createKeyQueue, type KeyQueue} from './key-queue.ts';

/** Lets a screen hold the keyboard. */
export const KeysContext = createContext<Pick<KeyQueue, 'hold' | 'release'>>({
	hold() {},
	release() {},
});

/** Holds keys while an answer is checked. They go to the next question, or nowhere if this one is asked again. */
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

/** Drops keys that were typed before a sentence appeared, so that an answer to it was typed below it. */
export function useUnread(sentence: string | undefined): void {
	const keys = useContext(KeysContext);
	useEffect(() => {
		if (sentence !== undefined) keys.release(true);
	}, [keys, sentence]);
}

type PacedInput = {
	/** The input stream for Ink. */
	readonly stream: NodeJS.ReadStream;
	readonly keys: KeyQueue;
};

const bracketedPaste = {on: '\u001b[?2004h', off: '\u001b[?2004l'};

/** A keyboard that gives Ink one key at a time and a paste as one string. Turning raw mode off fully restores the terminal. */
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
	// Ink uses exactly these members of a read stream.
	return {stream: stream as unknown as NodeJS.ReadStream, keys};
}
