import {listPoints} from './list-points.ts';
import type {Wanted} from './scenario.ts';
import type {Point} from './scheduler.ts';

/**
Every point followed by two more, which strike the runs that resume; then every point alone. A run that ends early has
struck more that way: three kills take as long as one, since a resumed run has little left to do.
*/
export function listCampaigns(wanted: Wanted): readonly (readonly Point[])[] {
	const points = listPoints(wanted);
	const choose = createChooser(points.filter(isEarly));
	return [...points.map(point => [point, choose(), choose()]), ...points.map(point => [point])];
}

/** A run that resumes finds much done, so it has fewer changes and calls to strike. */
const isEarly = ({at, index}: Point) => index < {change: 5, call: 4, write: 14, event: 12}[at];

/** So many of them that no kind of point is left out, spread over all. */
export function spread<T>(list: readonly T[], count: number): readonly T[] {
	const stride = list.length / Math.min(count, list.length);
	return Array.from(
		{length: Math.min(count, list.length)},
		(_, index) => list[Math.floor(index * stride)],
	).filter(entry => entry !== undefined);
}

/** Always the same choices in the same order, so that a failure can be repeated. */
function createChooser<T>(list: readonly T[]): () => T {
	let state = 20_261_122;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		const chosen = list[Math.floor((state / 2 ** 32) * list.length)];
		if (chosen === undefined) throw new Error('Nothing to choose from.');
		return chosen;
	};
}
