import {createHash, randomBytes, scryptSync, timingSafeEqual} from 'node:crypto';
import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
} from 'node:fs';
import {homedir} from 'node:os';
import {basename, join, sep} from 'node:path';
import Conf from 'conf';
import * as v from 'valibot';
import {
	findRecordedId,
	type JournalState,
	type JournalView,
	journalSchema,
	type Maker,
	type PendingCall,
	startJournal,
} from '../core/journal.ts';
import type {Secret} from '../core/secrets/secret.ts';
import {explainStateError} from './file-errors.ts';
import {privateFolderPrefix} from './flyctl.ts';

type Options = {
	/** The project's folder below the state directory. */
	readonly folder: string;
	readonly project: string;
	readonly isRehearsal: boolean;
	/** The registry's steps. */
	readonly steps: readonly Maker[];
	readonly nowMs: number;
	/** Opens the existing journal without writing or moving anything. */
	readonly isReadOnly?: boolean;
	/** Called right before and after every write: where a test kills the run. */
	readonly onWrite?: (when: 'before' | 'after') => void;
	/** How expensive it is to guess a fingerprint's value, as scrypt's N; a test has no values to protect. */
	readonly fingerprintCost?: number;
};

type Journal = {
	read(): JournalState;
	/** Writes to disk, file and folder synced, before it returns. */
	change(change: (state: JournalState) => JournalState): void;
	/** Why an earlier journal was archived, and where; `undefined` when there was none or it was valid. */
	readonly archived: {readonly why: string; readonly path: string} | undefined;
	readonly journalView: JournalView;
	recordCall(call: PendingCall): void;
	/** Adds what identifies the running child. */
	markStarted(marker: string, pid: number, processStartedAt: string): void;
	/** @param createdId - The id of what the call created, if known. */
	closeCalls(step: string, createdId?: string): void;
	recordId(step: string, id: string): void;
	recordSecret(secret: Secret, digest: string): void;
	/** Stays in memory, since it concerns only this run; of a new app only its id stays on disk. */
	markRun(step: Pick<Maker, 'id' | 'startsAfresh'>): void;
};

const fileName = 'journal.json';

/**
Opens the run's memory, through conf: every change is a new file renamed over the old one. A journal that is truncated,
of another project, newer, or invalid is never silently replaced: it is renamed, and the run continues from the account.
*/
export function openJournal(options: Options): Journal {
	const {
		folder,
		project,
		isRehearsal,
		steps,
		nowMs,
		isReadOnly = false,
		onWrite,
		fingerprintCost = 2 ** 14,
	} = options;
	if (!isReadOnly) mkdirSync(folder, {recursive: true, mode: 0o700});
	const path = join(folder, fileName);
	const found = readEarlier(path, project, isRehearsal);
	let archived: Journal['archived'];
	if (found.problem !== undefined) {
		const archivePath = findFreePath(
			folder,
			`journal.kept-${new Date(nowMs).toISOString().replaceAll(':', '-')}`,
		);
		if (!isReadOnly) renameSync(path, archivePath);
		archived = {why: found.problem, path: isReadOnly ? path : archivePath};
	}

	let state = found.state ?? startJournal(project, isRehearsal);
	if (!isReadOnly) sweep(folder);
	let store: Conf<Record<string, unknown>> | undefined;

	const write = () => {
		if (isReadOnly) return;
		onWrite?.('before');
		try {
			store ??= new Conf<Record<string, unknown>>({
				cwd: folder,
				configName: 'journal',
				configFileMode: 0o600,
				accessPropertiesByDotNotation: false,
				clearInvalidConfig: false,
			});
			store.store = {...state};
			syncFolder(folder);
		} catch (error) {
			throw explainStateError(error, folder);
		}

		onWrite?.('after');
	};

	const fingerprint = (secret: Secret, salt: Buffer) =>
		scryptSync(secret.reveal(), salt, 32, {N: fingerprintCost});

	const change: Journal['change'] = next => {
		state = {...next(state), runAtMs: nowMs};
		write();
	};

	const acted = new Set<string>();
	let isNewApp = false;
	const idOf = (kind: string) => findRecordedId(state, steps, kind);
	const makersOfApp = steps.filter(({resource}) => resource?.kind === 'app').map(({id}) => id);
	const journalView: Journal['journalView'] = {
		app: () => idOf('app'),
		isOurApp: app =>
			idOf('app') === app ||
			state.intents.some(({step, argv}) => makersOfApp.includes(step) && argv.includes(app)),
		idOf,
		isNewApp: () => isNewApp,
		expects: list =>
			!isNewApp && steps.some(({id, provenBy}) => provenBy === list && state.ids[id] !== undefined),
		hasRun: step => acted.has(step),
		wasCreatedHere: step => state.made.includes(step),
		digestOf: name => state.secrets[name]?.digest,
		compare(secret) {
			const entry = state.secrets[secret.name];
			if (!entry) return 'unknown';
			const now = fingerprint(secret, Buffer.from(entry.salt, 'hex'));
			return timingSafeEqual(now, Buffer.from(entry.fingerprint, 'hex')) ? 'same' : 'different';
		},
		pendingCall(step) {
			const first = state.intents.find(call => call.step === step);
			return first && {before: first.before};
		},
	};

	return {
		read: () => state,
		change,
		archived,
		journalView,
		recordCall: call => change(now => ({...now, intents: [...now.intents, call]})),
		markStarted: (marker, pid, processStartedAt) =>
			change(now => ({
				...now,
				intents: now.intents.map(call => (call.marker === marker ? {...call, pid, processStartedAt} : call)),
			})),
		closeCalls: (step, createdId) =>
			change(now => ({
				...now,
				intents: now.intents.filter(call => call.step !== step),
				...(createdId === undefined
					? {}
					: {
							ids: {...now.ids, [step]: createdId},
							made: [...new Set([...now.made, step])],
							things: {...now.things, [step]: [...new Set([...(now.things?.[step] ?? []), createdId])]},
						}),
			})),
		recordId(step, id) {
			if (state.ids[step] !== id) change(now => ({...now, ids: {...now.ids, [step]: id}}));
		},
		markRun({id, startsAfresh}) {
			acted.add(id);
			if (!startsAfresh) return;
			isNewApp = true;
			change(now => forgetOthers(now, id));
		},
		recordSecret(secret, digest) {
			const salt = randomBytes(16);
			const entry = {
				digest,
				salt: salt.toString('hex'),
				fingerprint: fingerprint(secret, salt).toString('hex'),
			};
			change(now => ({...now, secrets: {...now.secrets, [secret.name]: entry}}));
		},
	};
}

function readEarlier(
	path: string,
	project: string,
	isRehearsal: boolean,
): {readonly state?: JournalState; readonly problem?: string} {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
		return {problem: `the file is unreadable (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`};
	}

	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return {problem: text.trim() === '' ? 'the file is empty' : 'the file is truncated'};
	}

	const version = (json as {v?: unknown} | null)?.v;
	if (typeof version === 'number' && version > 1)
		return {problem: `a newer phxfly wrote it (version ${version})`};
	const parsed = v.safeParse(journalSchema, json);
	if (!parsed.success)
		return {problem: `unexpected content at ${v.getDotPath(parsed.issues[0]) ?? 'the top level'}`};
	if (parsed.output.project !== project)
		return {problem: `it belongs to another folder, ${parsed.output.project}`};
	if (parsed.output.isRehearsal !== isRehearsal) return {problem: 'it mixes a rehearsal with a real account'};
	return {state: parsed.output};
}

/** Finds a free name, since two journals may be archived in the same instant. */
function findFreePath(folder: string, name: string): string {
	for (let count = 1; ; count++) {
		const path = join(folder, `${name}${count === 1 ? '' : `-${count}`}.json`);
		if (!existsSync(path)) return path;
	}
}

const leftover = new RegExp(`^journal\\.json\\.tmp-|^${privateFolderPrefix}[A-Za-z\\d]{6}$`);

/** Deletes conf's unfinished copies and private flyctl directories that a kill left behind. */
function sweep(folder: string): void {
	for (const name of readdirSync(folder)) {
		if (leftover.test(name)) rmSync(join(folder, name), {recursive: true, force: true});
	}
}

function syncFolder(folder: string): void {
	// Windows cannot open a folder, and does not need to sync one.
	if (sep === '\\') return;
	const handle = openSync(folder, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

/** Forgets the resources of an earlier app with the same name. */
function forgetOthers(state: JournalState, maker: string): JournalState {
	const ids = Object.entries(state.ids).filter(([step]) => step === maker);
	return {
		...state,
		ids: Object.fromEntries(ids),
		made: state.made.filter(step => step === maker),
		things: {},
		secrets: {},
	};
}

/**
Returns the names of the secrets that phxfly set, according to the journal. Only the host has a value, since it is not confidential.

@returns `undefined` without a readable journal.
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

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns where phxfly stores its state: `--state-dir`, else `$XDG_STATE_HOME/phxfly`, else the platform's default. */
export function findStateRoot(
	provided: string | undefined,
	environment: Environment,
	platform: string,
): string {
	if (provided) return provided;
	if (environment.XDG_STATE_HOME) return join(environment.XDG_STATE_HOME, 'phxfly');
	const home = environment.HOME || homedir();
	if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'phxfly');
	if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'phxfly');
	return join(home, '.local', 'state', 'phxfly');
}

/** Returns a project's folder: a readable name, and a hash of everything that distinguishes it. */
export function projectFolder(root: string, project: string, rehearsalWorld?: string): string {
	const key = createHash('sha256')
		.update(`${project}\0${rehearsalWorld ?? ''}`)
		.digest('hex')
		.slice(0, 12);
	const name = basename(project).replaceAll(/[^\w.-]/g, '_') || 'project';
	return join(root, `${rehearsalWorld === undefined ? '' : 'rehearsal-'}${name}-${key}`);
}
