import {listPoints} from './list-points.ts';
import type {Wanted} from './scenario.ts';
import type {Point} from './scheduler.ts';

/**
Lists every point followed by two more that kill the resumed runs, then every point alone. In this order a run that ends
early has killed more: three kills take as long as one, since a resumed run has little left to do.
*/
export function listScenarios(wanted: Wanted): readonly (readonly Point[])[] {
	const points = listPoints(wanted);
	const choose = createChooser(points.filter(isEarly));
	return [...points.map(point => [point, choose(), choose()]), ...points.map(point => [point])];
}

/** A resumed run finds much done, so it has fewer changes and calls to kill. */
const isEarly = ({at, index}: Point) => index < {change: 5, call: 4, write: 14, event: 12}[at];

/** Returns a sample with every kind of point, spread over all. */
export function spread<T>(list: readonly T[], count: number): readonly T[] {
	const stride = list.length / Math.min(count, list.length);
	return Array.from(
		{length: Math.min(count, list.length)},
		(_, index) => list[Math.floor(index * stride)],
	).filter(entry => entry !== undefined);
}

/** Returns the same choices in the same order each time, so that a failure can be repeated. */
function createChooser<T>(list: readonly T[]): () => T {
	let state = 20_261_122;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		const chosen = list[Math.floor((state / 2 ** 32) * list.length)];
		if (chosen === undefined) throw new Error('Nothing to choose from.');
		return chosen;
	};
}
