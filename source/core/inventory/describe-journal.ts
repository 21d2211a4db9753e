import type {JournalState} from '../journal.ts';

/**
What the journal remembers of an app, a sentence each: who began, when it was last written, what was recorded.

@param stepIds - Those that make something in the account, in order.
*/
export function describeJournal(
	{account, runAtMs, ids, made, intents}: JournalState,
	stepIds: readonly string[],
): readonly string[] {
	const who = account ? `begun as ${account.email} in ${account.org}` : 'begun by nobody it knows';
	const when = runAtMs === undefined ? '' : `, last written by the run of ${showMinute(runAtMs)}`;
	const recorded = stepIds
		.filter(id => ids[id] !== undefined)
		.map(id => `${id}: ${ids[id]}${made.includes(id) ? ' (made here)' : ''}`);
	return [
		`Journal: ${who}${when}.`,
		...recorded.map(line => `  ${line}`),
		...intents.map(
			({argv}) =>
				`Whether this call did what it should is not known, phxfly finds out: fly ${argv.join(' ')}`,
		),
	];
}

/** In UTC. */
const showMinute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
