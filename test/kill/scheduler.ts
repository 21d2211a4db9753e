/** Thrown into synchronous code of a killed engine. Nothing it does after that reaches the world. */
export class Killed extends Error {}

/** What happens to a change in the world: flyctl's request, a file, an object. */
export type ChangeFate =
	| 'happens'
	/** The engine and the process that requested it are killed right before. */
	| 'killed-before'
	/** Both are killed right after. */
	| 'killed-after'
	/** Both are killed, but the request takes effect some seconds after the next run has started. */
	| 'lands-soon'
	| 'lands-late'
	/** The engine is killed, flyctl continues. */
	| 'orphaned';

export type CallFate =
	| 'runs'
	/** The engine is killed after the journal has the call, before flyctl starts. */
	| 'never-begun'
	/** Fly rejects it, and the engine knows. */
	| 'refused'
	/** It does everything, then prints EOF. */
	| 'answer-lost'
	/** It prints EOF and has done nothing. */
	| 'call-lost'
	/** It prints EOF, and its first request takes effect a few seconds later. */
	| 'answer-early';

export type Point =
	| {readonly at: 'change'; readonly index: number; readonly outcome: Exclude<ChangeFate, 'happens'>}
	| {readonly at: 'call'; readonly index: number; readonly outcome: Exclude<CallFate, 'runs'>}
	| {readonly at: 'write'; readonly index: number; readonly outcome: 'before' | 'after'}
	| {readonly at: 'event'; readonly index: number; readonly outcome: 'after'};

/** Decides what goes wrong while one engine runs, and records what could have. */
export type Scheduler = {
	onChange(name: string, isAtFly: boolean): ChangeFate;
	onCall(name: string): CallFate;
	/** @returns Whether the engine ends here. */
	onWrite(when: 'before' | 'after'): boolean;
	onEvent(name: string): boolean;
	readonly hasStruck: () => boolean;
	/** Names of everything that could be a point, in order. */
	readonly seen: {
		readonly changes: readonly {readonly name: string; readonly isAtFly: boolean}[];
		readonly calls: readonly string[];
		readonly writes: number;
		readonly events: readonly string[];
	};
};

/** @param point - Without a point nothing goes wrong. */
export function createDirector(point?: Point): Scheduler {
	let hasStruck = false;
	let writes = 0;
	const changes: {readonly name: string; readonly isAtFly: boolean}[] = [];
	const calls: string[] = [];
	const events: string[] = [];
	const isAt = (at: Point['at'], index: number) => {
		if (hasStruck || point?.at !== at || point.index !== index) return false;
		hasStruck = true;
		return true;
	};

	return {
		onChange(name, isAtFly) {
			const index = changes.push({name, isAtFly}) - 1;
			return isAt('change', index) && point?.at === 'change' ? point.outcome : 'happens';
		},
		onCall(name) {
			const index = calls.push(name) - 1;
			return isAt('call', index) && point?.at === 'call' ? point.outcome : 'runs';
		},
		onWrite(when) {
			if (when === 'before') writes++;
			return point?.at === 'write' && point.outcome === when && isAt('write', writes - 1);
		},
		onEvent(name) {
			return isAt('event', events.push(name) - 1);
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
