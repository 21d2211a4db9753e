import {readFileSync} from 'node:fs';
import * as v from 'valibot';
import {journalSchema} from '../core/journal.ts';

/**
The names of the secrets that phxfly set, as far as a journal tells. Only the host is no secret in meaning, so only it has a value.

@returns `undefined` without a journal that can be read.
*/
export function readKnownSecrets(journalPath: string): ReadonlyMap<string, string | undefined> | undefined {
	try {
		const journal = v.safeParse(journalSchema, JSON.parse(readFileSync(journalPath, 'utf8')));
		if (!journal.success) return undefined;
		const {answers, secrets} = journal.output;
		const domain = answers.domain?.value;
		const app = answers.app?.value;
		const host = domain !== undefined && domain !== 'none' ? domain : app && `${app}.fly.dev`;
		return new Map(Object.keys(secrets).map(name => [name, name === 'PHX_HOST' ? host : undefined]));
	} catch {
		return undefined;
	}
}
