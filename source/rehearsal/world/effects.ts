import type {World} from './world.ts';

export type Stream = 'stdout' | 'stderr';

/** What a command requests from the outside, one at a time. */
export type Effect =
	| {readonly kind: 'print'; readonly stream: Stream; readonly text: string}
	| {readonly kind: 'wait'; readonly ms: number}
	| {
			readonly kind: 'world';
			readonly change: (world: World, nowMs: number) => unknown;
			readonly writes: boolean;
	  }
	| {readonly kind: 'stdin'}
	| {readonly kind: 'ask'; readonly question: string}
	| {readonly kind: 'log'; readonly text: string}
	/** Loads code that is rarely needed. */
	| {readonly kind: 'load'; readonly load: () => Promise<unknown>}
	/** Writes a new login to flyctl's own directory. */
	| {readonly kind: 'log-in'}
	/** The same call again, a few seconds after this one has ended. */
	| {readonly kind: 'leave-behind'; readonly stdin: string};

/** A command, or a part of one: yields effects, gets their results, returns a value. */
export type Flow<T> = Generator<Effect, T, unknown>;

/** flyctl's own failures: `Error: message` on stderr, exit 1. */
export class FlyError extends Error {}

/** Thrown into a command at its current wait by SIGINT or SIGTERM. */
export class Interruption extends Error {
	readonly signal: 'SIGINT' | 'SIGTERM';

	constructor(signal: 'SIGINT' | 'SIGTERM') {
		super(signal === 'SIGINT' ? 'interrupt signal received' : 'terminated signal received');
		this.signal = signal;
	}
}

/** A line on stdout. */
export function* print(text = ''): Flow<void> {
	yield {kind: 'print', stream: 'stdout', text: `${text}\n`};
}

/** A line on stderr. */
export function* printError(text = ''): Flow<void> {
	yield {kind: 'print', stream: 'stderr', text: `${text}\n`};
}

/** @param ms - Simulated milliseconds; really waited: that divided by the speed. */
export function* wait(ms: number): Flow<void> {
	yield {kind: 'wait', ms};
}

/** Reads and changes the world atomically. If it throws, the error is thrown here and nothing has changed. */
export function* change<T>(act: (world: World, nowMs: number) => T): Flow<T> {
	return (yield {kind: 'world', change: act, writes: true}) as T;
}

/** Reads the world. */
export function* look<T>(act: (world: World, nowMs: number) => T): Flow<T> {
	return (yield {kind: 'world', change: act, writes: false}) as T;
}

/** All of stdin, as text. */
export function* readStdin(): Flow<string> {
	return (yield {kind: 'stdin'}) as string;
}

/** A line typed by the user after a question; only with a terminal. */
export function* ask(question: string): Flow<string> {
	return (yield {kind: 'ask', question}) as string;
}

/** A login like that of `fly auth login`, in flyctl's own directory. */
export function* logIn(): Flow<void> {
	yield {kind: 'log-in'};
}

/** Text for this run's debug log in flyctl's own directory. */
export function* log(text: string): Flow<void> {
	yield {kind: 'log', text};
}

/** Code that only this command needs. */
export function* load<T>(start: () => Promise<T>): Flow<T> {
	return (yield {kind: 'load', load: start}) as T;
}
