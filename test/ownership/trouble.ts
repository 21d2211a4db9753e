import type {CallFate, ChangeFate, Scheduler} from '../kill/scheduler.ts';
import {createDirector} from '../kill/scheduler.ts';

/** What strikes one run: a kill, or a lost or rejected call. It strikes at most once, where the run comes there at all. */
export type Trouble =
	| {readonly at: 'change'; readonly of: string; readonly fate: Exclude<ChangeFate, 'happens'>}
	| {readonly at: 'call'; readonly of: string; readonly fate: Exclude<CallFate, 'runs'>}
	| {readonly at: 'write'; readonly index: number; readonly fate: 'before' | 'after'}
	| {readonly at: 'event'; readonly index: number; readonly fate: 'after'};

/** Returns it in words, after a comma. */
export function describeTrouble(trouble: Trouble | undefined): string {
	if (!trouble) return '';
	const {at, fate} = trouble;
	const what = {change: 'the change of', call: '', write: 'write', event: 'event'}[at];
	return `, ${fate} at ${[what, 'of' in trouble ? trouble.of : trouble.index].filter(word => word !== '').join(' ')}`;
}

/** Directs the trouble by the words of a call, which mean more than its number. */
export function createTroublemaker(trouble: Trouble | undefined): Scheduler {
	if (!trouble || !('of' in trouble))
		return createDirector(
			trouble && ({at: trouble.at, index: trouble.index, outcome: trouble.fate} as never),
		);
	const director = createDirector();
	let hasStruck = false;
	const isNow = (at: Trouble['at'], name: string) => {
		if (hasStruck || trouble.at !== at || trouble.of !== name) return false;
		hasStruck = true;
		return true;
	};
	return {
		...director,
		onChange: name => (isNow('change', name) && trouble.at === 'change' ? trouble.fate : 'happens'),
		onCall: name => (isNow('call', name) && trouble.at === 'call' ? trouble.fate : 'runs'),
		hasStruck: () => hasStruck,
	};
}
