import type {Difference} from './inventory.ts';

type Make = (kind: string, id: string, detail: string, next: string) => Difference;

const make =
	(is: Difference['is']): Make =>
	(kind, id, detail, next) => ({kind, id, is, detail, next});

export const onlyHere = make('only here');
export const onlyInJournal = make('only in the journal');
export const changed = make('changed');
