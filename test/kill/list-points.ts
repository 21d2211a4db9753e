import type {Wanted} from './scenario.ts';
import type {Point} from './scheduler.ts';

/** Lists every point of the baseline where a setup can be killed, in every way. */
export function listPoints({seen}: Wanted): readonly Point[] {
	const flyFates = ['killed-before', 'killed-after', 'lands-soon', 'lands-late', 'orphaned'] as const;
	const fileFates = ['killed-before', 'killed-after'] as const;
	const callFates = ['never-begun', 'answer-lost', 'call-lost', 'answer-early'] as const;
	return [
		...seen.changes.flatMap(({isAtFly}, index) =>
			(isAtFly ? flyFates : fileFates).map((outcome): Point => ({at: 'change', index, outcome})),
		),
		...seen.calls.flatMap((_, index) => callFates.map((outcome): Point => ({at: 'call', index, outcome}))),
		...Array.from({length: seen.writes}).flatMap((_, index) =>
			(['before', 'after'] as const).map((outcome): Point => ({at: 'write', index, outcome})),
		),
		...seen.events.map((_, index): Point => ({at: 'event', index, outcome: 'after'})),
	];
}

/** Returns a readable name of a point. */
export function describePoint(point: Point, {seen}: Wanted): string {
	const {at, index, outcome} = point;
	const name = {
		change: seen.changes[index]?.name,
		call: seen.calls[index],
		write: 'journal',
		event: seen.events[index],
	}[at];
	return `${at} ${index} (${name ?? 'of a resumed run'}) ${outcome}`;
}
