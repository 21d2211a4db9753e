/** Thrown into what is synchronous in an engine that was killed; nothing it does after that reaches the world. */
export class Killed extends Error {}

/** What becomes of a change in the world: of flyctl's request, a file, an object. */
export type ChangeFate =
	| 'happens'
	/** The engine and the process that asked for it are killed right before. */
	| 'killed-before'
	/** They are killed right after. */
	| 'killed-after'
	/** They are killed, but the request is on its way: it lands some seconds after the next run has begun. */
	| 'lands-soon'
	| 'lands-late'
	/** The engine is killed, flyctl goes on. */
	| 'orphaned';

export type CallFate =
	| 'runs'
	/** The engine is killed after the intent is on disk, before flyctl has begun. */
	| 'never-begun'
	/** It acts to its end, then says EOF. */
	| 'answer-lost'
	/** It says EOF and has not acted. */
	| 'call-lost'
	/** It says EOF, and its first request lands a few seconds later. */
	| 'answer-early';

export type Point =
	| {readonly at: 'change'; readonly index: number; readonly outcome: Exclude<ChangeFate, 'happens'>}
	| {readonly at: 'call'; readonly index: number; readonly outcome: Exclude<CallFate, 'runs'>}
	| {readonly at: 'write'; readonly index: number; readonly outcome: 'before' | 'after'}
	| {readonly at: 'event'; readonly index: number; readonly outcome: 'after'};

/** Decides, while one engine runs, what goes wrong and when; and counts what could have. */
export type Scheduler = {
	onChange(name: string, isAtFly: boolean): ChangeFate;
	onCall(name: string): CallFate;
	/** @returns Whether the engine ends here. */
	onWrite(when: 'before' | 'after'): boolean;
	onEvent(name: string): boolean;
	readonly hasStruck: () => boolean;
	/** Names of everything that could have been a point, in order. */
	readonly seen: {
		readonly changes: readonly {readonly name: string; readonly isAtFly: boolean}[];
		readonly calls: readonly string[];
		readonly writes: number;
		readonly events: readonly string[];
	};
};

/** @param point - Without one nothing goes wrong. */
export function createDirector(point?: Point): Scheduler {
	let hasStruck = false;
	let writes = 0;
	const changes: {readonly name: string; readonly isAtFly: boolean}[] = [];
	const calls: string[] = [];
	const events: string[] = [];
	const strikes = (at: Point['at'], index: number) => {
		if (hasStruck || point?.at !== at || point.index !== index) return false;
		hasStruck = true;
		return true;
	};

	return {
		onChange(name, isAtFly) {
			const index = changes.push({name, isAtFly}) - 1;
			return strikes('change', index) && point?.at === 'change' ? point.outcome : 'happens';
		},
		onCall(name) {
			const index = calls.push(name) - 1;
			return strikes('call', index) && point?.at === 'call' ? point.outcome : 'runs';
		},
		onWrite(when) {
			if (when === 'before') writes++;
			return point?.at === 'write' && point.outcome === when && strikes('write', writes - 1);
		},
		onEvent(name) {
			return strikes('event', events.push(name) - 1);
		},
		hasStruck: () => hasStruck,
		seen: {
			changes,
			calls,
			events,
			get writes() {
				return writes;
			},
		},
	};
}
