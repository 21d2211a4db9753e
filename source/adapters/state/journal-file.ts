import {createHash} from 'node:crypto';
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import * as v from 'valibot';
import {readEarlierJournal} from '../../core/earlier-journal.ts';
import {readSystemCode} from '../../core/errors/failure.ts';
import {hasRecords, type JournalState, journalSchema, type Maker} from '../../core/journal.ts';
import {readStateFile} from './file.ts';

export const journalName = 'journal.json';

/** Reads a project's journal. Neither `state` nor `problem` if there is none. */
export function readExistingJournal(
	path: string,
	{
		project,
		isRehearsal,
		steps,
	}: {readonly project: string; readonly isRehearsal: boolean; readonly steps: readonly Maker[]},
): {readonly state?: JournalState; readonly problem?: string} {
	let text: string;
	try {
		text = readStateFile(path);
	} catch (error) {
		const code = readSystemCode(error);
		return code === 'ENOENT' ? {} : {problem: `the file is unreadable (${code || 'unknown'})`};
	}

	const read = parseJournal(text, steps);
	if ('problem' in read) return read;
	const {state} = read;
	if (state.project !== project) return {problem: `it belongs to another folder, ${state.project}`};
	if (state.isRehearsal !== isRehearsal) return {problem: 'it mixes a rehearsal with a real account'};
	return read.isIntact ? {state} : {problem: 'another program changed it since phxfly wrote it'};
}

export type MovedJournal = {readonly path: string; readonly state: JournalState};

/**
Finds the journal of a project whose folder moved: the only one that has records of its app, and whose own folder no longer
exists. A copy of a project is not a move.

@param root - The state directory.
@param app - As `fly.toml` names it.
*/
export function findMovedJournal(
	root: string,
	app: string,
	steps: readonly Maker[],
): MovedJournal | undefined {
	const found = listFolders(root).flatMap((name): readonly MovedJournal[] => {
		const path = join(root, name, journalName);
		const state = readIntact(path, steps);
		if (!state) return [];
		const isOfApp = state.apps.some(section => section.app === app && hasRecords(section));
		return isOfApp && !state.isRehearsal && !existsSync(state.project) ? [{path, state}] : [];
	});
	return found.length === 1 ? found[0] : undefined;
}

function listFolders(root: string): readonly string[] {
	try {
		return readdirSync(root, {withFileTypes: true})
			.filter(entry => entry.isDirectory())
			.map(({name}) => name);
	} catch {
		// Without a state directory there is no journal.
		return [];
	}
}

function readOptional(path: string): string | undefined {
	try {
		return readStateFile(path);
	} catch {
		return undefined;
	}
}

/** Reads a journal's text, of this version or an earlier one. */
function parseJournal(
	text: string,
	steps: readonly Maker[],
): {readonly state: JournalState; readonly isIntact: boolean} | {readonly problem: string} {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return {problem: text.trim() === '' ? 'the file is empty' : 'the file is truncated'};
	}

	const {v: version, seal, ...content} = (json ?? {}) as {readonly v?: unknown; readonly seal?: unknown};
	if (version === 1) return {isIntact: true, ...readEarlierJournal(json, steps)};
	if (typeof version === 'number' && version > 2)
		return {problem: `a newer phxfly wrote it (version ${version})`};
	const parsed = v.safeParse(journalSchema, {v: version, ...content});
	if (!parsed.success)
		return {problem: `unexpected content at ${v.getDotPath(parsed.issues[0]) ?? 'the top level'}`};
	return {state: parsed.output, isIntact: seal === sealOf(parsed.output)};
}

/**
Returns what shows that only phxfly wrote the journal: the records in it decide what `destroy` deletes. Paths are not part
of it, since a project can move.
*/
export function sealOf(state: JournalState): string {
	const {project: _, apps, ...rest} = v.parse(journalSchema, state);
	const sections = apps.map(({backups: __, ...section}) => section);
	return createHash('sha256')
		.update(JSON.stringify({...rest, apps: sections}))
		.digest('hex');
}

/** Reads a journal as it is, without the project that it belongs to; `undefined` unless it is there and intact. */
function readIntact(journalPath: string, steps: readonly Maker[]): JournalState | undefined {
	const text = readOptional(journalPath);
	const journal = text === undefined ? undefined : parseJournal(text, steps);
	return journal && !('problem' in journal) && journal.isIntact ? journal.state : undefined;
}

/** Returns the configuration that the last setup used, where it is another than fly.toml. */
export const readKnownFlyToml = (journalPath: string, steps: readonly Maker[]): string | undefined =>
	readIntact(journalPath, steps)?.flyToml;

/**
Returns the names of the secrets that phxfly set, according to the journal. Only the host has a value, since it is not confidential.

@returns `undefined` without a readable journal, and for another configuration than the last setup used.
*/
export function readKnownSecrets(
	journalPath: string,
	steps: readonly Maker[],
	flyTomlPath: string,
): ReadonlyMap<string, string | undefined> | undefined {
	const state = readIntact(journalPath, steps);
	if (!state || (state.flyToml ?? 'fly.toml') !== flyTomlPath) return undefined;
	const {answers, apps} = state;
	const domain = answers.domain?.value;
	const app = answers.app?.value;
	const host = domain !== undefined && domain !== 'none' ? domain : app && `${app}.fly.dev`;
	const names = Object.keys(apps[0]?.secrets ?? {});
	return new Map(names.map(name => [name, name === 'PHX_HOST' ? host : undefined]));
}
