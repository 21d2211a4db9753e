import {EventEmitter} from 'node:events';
import {StringDecoder} from 'node:string_decoder';
import {createKeyQueue, type KeyQueue} from './keys.ts';

export type PacedInput = {
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
