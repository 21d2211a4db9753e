import type {FaultName} from '../../source/rehearsal/engine/faults.ts';
import type {Account} from '../kill/account.ts';
import type {CallFate, ChangeFate, Scheduler} from '../kill/scheduler.ts';
import {createDirector} from '../kill/scheduler.ts';

/** What strikes one run, where the run comes there at all: a kill, a lost or rejected call, or answers that lie. */
export type Trouble =
	| {readonly at: 'change'; readonly of: string; readonly fate: Exclude<ChangeFate, 'happens'>}
	| {readonly at: 'call'; readonly of: string; readonly fate: Exclude<CallFate, 'runs'>}
	| {readonly at: 'write'; readonly index: number; readonly fate: 'before' | 'after'}
	/** The first answers to a command that only reads, or all of them. */
	| {
			readonly at: 'answer';
			readonly of: string;
			readonly fate: Extract<FaultName, 'empty-list' | 'half-json' | '5xx' | 'reset'>;
			readonly times: 1 | 2 | 'all';
	  }
	| {readonly at: 'event'; readonly index: number; readonly fate: 'after'};

/** Returns it in words, after a comma. */
export function describeTrouble(trouble: Trouble | undefined): string {
	if (!trouble) return '';
	if (trouble.at === 'answer') {
		const {of, fate, times} = trouble;
		return `, ${fate} for ${times === 'all' ? 'each' : `the first ${times}`} ${of}`;
	}

	const {at, fate} = trouble;
	const what = {change: 'the change of', call: '', write: 'write', event: 'event'}[at];
	return `, ${fate} at ${[what, 'of' in trouble ? trouble.of : trouble.index].filter(word => word !== '').join(' ')}`;
}

/** Directs the trouble by the words of a call, which mean more than its number. */
export function createTroublemaker(trouble: Trouble | undefined): Scheduler {
	if (trouble?.at === 'write')
		return createDirector({at: 'write', index: trouble.index, outcome: trouble.fate});
	if (trouble?.at === 'event')
		return createDirector({at: 'event', index: trouble.index, outcome: trouble.fate});
	const director = createDirector();
	if (!trouble || trouble.at === 'answer') return director;
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

/** Returns an account whose answers lie for one run. */
export function falsify(account: Account, trouble: Trouble | undefined): Account {
	if (trouble?.at !== 'answer') return account;
	const {of: command, fate: fault, times} = trouble;
	const earlier = account.world.calls.filter(({argv}) => argv.join(' ').startsWith(command)).length;
	const on = times === 'all' ? undefined : Array.from({length: times}, (_, index) => earlier + index + 1);
	const faults = JSON.stringify([{command, fault, ...(on ? {on} : {})}]);
	return {
		...account,
		openFlyctl(engine, files) {
			const flyctl = account.openFlyctl(engine, files);
			return {
				...flyctl,
				run: call => flyctl.run({...call, environment: {...call.environment, PHXFLY_FAULTS: faults}}),
			};
		},
	};
}
