import {existsSync, readFileSync} from 'node:fs';
import type {Thing} from './oracle.ts';

/** Parts of the journal that say nothing about what phxfly made. */
const other = new Set([
	...['account', 'answers', 'app', 'backups', 'before', 'ids', 'org', 'probes', 'secrets'],
]);

/** Lists all words of a journal that may be the name of a thing, those of pending calls included. */
export function listRecorded(journalPath: string): ReadonlySet<string> {
	const words = new Set<string>();
	const read = (value: unknown) => {
		if (typeof value === 'string') words.add(value);
		else if (Array.isArray(value)) value.forEach(read);
		else if (typeof value === 'object' && value !== null)
			for (const [name, part] of Object.entries(value)) if (!other.has(name)) read(part);
	};
	if (existsSync(journalPath)) read(JSON.parse(readFileSync(journalPath, 'utf8')));
	return words;
}

/** Tells whether a `destroy` said of the thing that it stays, or why it cannot be destroyed. */
export const isExplained = ({id, kind}: Thing, said: readonly string[]): boolean =>
	said
		.flatMap(text => text.split('\n'))
		.some(
			line => line.includes(id) && (kind !== 'app' || /\bstays?\b|\bcontains\b|\bcannot tell\b/.test(line)),
		);
