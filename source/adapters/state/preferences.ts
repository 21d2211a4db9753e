import {chmodSync, lstatSync} from 'node:fs';
import {dirname, join} from 'node:path';
import * as v from 'valibot';
import type {Preferences} from '../../core/command/context.ts';
import {readStateFile} from './file.ts';

const preferencesSchema = v.object({
	answers: v.optional(v.record(v.string(), v.string())),
	look: v.optional(v.object({ascii: v.boolean(), noColor: v.boolean(), screenReader: v.boolean()})),
});

type Stored = v.InferOutput<typeof preferencesSchema>;

const name = 'preferences';

/**
Opens what a person chose last time, in any project. It is a convenience: a file that cannot be read counts as empty, and
one that cannot be written stays as it is.

@param root - The state directory.
@param ownUserId - `undefined` where the system has no user ids (Windows).
*/
export function openPreferences(root: string, ownUserId: number | undefined): Preferences {
	const path = join(root, `${name}.json`);
	const {answers, look} = read(path, ownUserId);
	return {
		path,
		answers: new Map(Object.entries(answers ?? {})),
		look,
		async remember(chosen, shown) {
			const before = read(path, ownUserId);
			const after: Stored = {
				...before,
				answers: {...before.answers, ...Object.fromEntries(chosen)},
				...(shown ? {look: shown} : {}),
			};
			try {
				if (!isOwnFile(path, ownUserId, true)) return;
				const store = await openStore(path);
				store.store = after;
				chmodSync(path, 0o600);
			} catch {}
		},
	};
}

function read(path: string, ownUserId: number | undefined): Stored {
	try {
		const json: unknown = isOwnFile(path, ownUserId) ? JSON.parse(readStateFile(path)) : {};
		const parsed = v.safeParse(preferencesSchema, json);
		return parsed.success ? parsed.output : {};
	} catch {
		return {};
	}
}

/** The state directory may be shared, so a link or a file of another user is not the person's choice. */
function isOwnFile(path: string, ownUserId: number | undefined, ifMissing = false): boolean {
	const stats = lstatSync(path, {throwIfNoEntry: false});
	if (!stats) return ifMissing;
	return stats.isFile() && (ownUserId === undefined || stats.uid === ownUserId);
}

/** Loaded only to write, after a setup: reading comes before the first screen. */
async function openStore(path: string) {
	const {default: Conf} = await import('conf');
	return new Conf<Stored>({
		cwd: dirname(path),
		configName: name,
		configFileMode: 0o600,
		accessPropertiesByDotNotation: false,
		clearInvalidConfig: true,
	});
}
