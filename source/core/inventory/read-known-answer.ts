import {none} from '../answer.ts';
import type {JournalState} from '../journal.ts';

/** What an earlier run was told, or `undefined` where it was told nothing or `none`. */
export function readKnownAnswer(journal: JournalState | undefined, id: string): string | undefined {
	const value = journal?.answers[id]?.value;
	return value === none || value === '' ? undefined : value;
}
