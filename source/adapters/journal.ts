import {randomBytes, scryptSync, timingSafeEqual} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {
	type AppSection,
	findRecordedId,
	type JournalState,
	type JournalView,
	type Maker,
	type PendingCall,
	startJournal,
	startSection,
} from '../core/journal.ts';
import {isMadeHere, settleCalls, type Thing} from '../core/ownership.ts';
import type {Secret} from '../core/secrets/secret.ts';
import {privateFolderPrefix} from './flyctl.ts';
import {type FileSystem, isDraft, writeStateFile} from './state/file.ts';
import {journalName, type MovedJournal, readExistingJournal, sealOf} from './state/journal-file.ts';

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
	/** The configuration that this run uses, and the app that it names; by default fly.toml. */
	readonly flyToml?: {readonly path: string; readonly app: string | undefined};
	/** The journal of the same project, from before its folder moved. */
	readonly moved?: MovedJournal;
	/** Called right before and after every write: where a test kills the run. */
	readonly onWrite?: (when: 'before' | 'after') => void;
	/** Another file system, for tests. */
	readonly fileSystem?: FileSystem;
	/** How expensive it is to guess a fingerprint's value, as scrypt's N; a test has no values to protect. */
	readonly fingerprintCost?: number;
};

type Journal = {
	read(): JournalState;
	/** Writes to disk, file and folder synced, before it returns. */
	change(change: (state: JournalState) => JournalState): void;
	/** Selects the app that everything below is about. Writes nothing: its section begins with the first record. */
	openSection(app: string, org: string): void;
	section(): AppSection;
	/** Writes as `change` does. */
	changeSection(change: (section: AppSection) => AppSection): void;
	forgetSection(): void;
	/** Why an earlier journal was archived, and where; `undefined` when there was none or it was valid. */
	readonly archived: {readonly why: string; readonly path: string} | undefined;
	/** Where the project was when an earlier run wrote the journal. */
	readonly movedFrom: string | undefined;
	/** The configuration that the earlier answers are for, where they do not count for this one. */
	readonly otherFlyToml: string | undefined;
	readonly journalView: JournalView;
	recordCall(call: PendingCall): void;
	/** Adds what identifies the running child. */
	markStarted(marker: string, pid: number, processStartedAt: string): void;
	/** Ends the step's open calls with what they created. */
	closeCalls(step: string, created?: readonly Thing[], foundId?: string): void;
	recordId(step: string, id: string): void;
	recordSecret(secret: Secret, digest: string): void;
	/** Stays in memory, since it concerns only this run. */
	markRun(step: Pick<Maker, 'id' | 'startsAfresh'>): void;
};

/**
Opens the run's memory. Every change is a new file renamed over the old one. A journal that is truncated,
of another project, newer, or invalid is never silently replaced: it is renamed, and the run continues from the account.

@throws {Failure} `disk-full` or `state-not-writable`, here and in every function that writes.
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
		fileSystem,
		fingerprintCost = 2 ** 14,
	} = options;
	if (!isReadOnly) mkdirSync(folder, {recursive: true, mode: 0o700});
	const path = join(folder, journalName);
	const {moved} = options;
	const found = moved ? {state: {...moved.state, project}} : readExistingJournal(path, options);
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
	const otherFlyToml = findOtherFlyToml(state, options.flyToml);
	if (!isReadOnly) sweep(folder);

	const write = () => {
		if (isReadOnly) return;
		onWrite?.('before');
		writeStateFile(path, JSON.stringify({...state, seal: sealOf(state)}, undefined, '\t'), fileSystem);
		onWrite?.('after');
	};

	const fingerprint = (secret: Secret, salt: Buffer) =>
		scryptSync(secret.reveal(), salt, 32, {N: fingerprintCost});

	const change: Journal['change'] = next => {
		state = {...next(state), runAtMs: nowMs};
		write();
	};

	if (moved && !isReadOnly) {
		write();
		rmSync(moved.path);
	}

	const acted = new Set<string>();
	let isNewApp = false;
	let current: Pick<AppSection, 'app' | 'org'> | undefined =
		otherFlyToml === undefined ? state.apps[0] : state.apps.find(({app}) => app === options.flyToml?.app);
	const isCurrent = ({app, org}: AppSection) => app === current?.app && org === current.org;
	const section = () => state.apps.find(isCurrent) ?? startSection(current?.app ?? '', current?.org ?? '');
	const changeSection: Journal['changeSection'] = next => {
		if (!current) throw new Error('A record without an app.');
		const changed = next(section());
		change(now => ({
			...now,
			apps: now.apps.some(isCurrent)
				? now.apps.map(each => (isCurrent(each) ? changed : each))
				: [changed, ...now.apps],
		}));
	};
	const idOf = (kind: string) => findRecordedId(section(), steps, kind);
	const makersOfApp = steps.filter(({resource}) => resource?.kind === 'app').map(({id}) => id);
	const journalView: Journal['journalView'] = {
		app: () => idOf('app'),
		isOurApp: app =>
			state.apps.some(
				each =>
					each.app === app &&
					(findRecordedId(each, steps, 'app') === app ||
						each.calls.some(({step}) => makersOfApp.includes(step))),
			),
		idOf,
		isNewApp: () => isNewApp,
		expects: list =>
			!isNewApp && steps.some(({id, provenBy}) => provenBy === list && section().ids[id] !== undefined),
		hasRun: step => acted.has(step),
		hasMade: (step, thing) =>
			thing ? isMadeHere(section(), step, thing) : section().made.some(each => each.step === step),
		digestOf: name => section().secrets[name]?.digest,
		compare(secret) {
			const entry = section().secrets[secret.name];
			if (!entry) return 'unknown';
			const now = fingerprint(secret, Buffer.from(entry.salt, 'hex'));
			return timingSafeEqual(now, Buffer.from(entry.fingerprint, 'hex')) ? 'same' : 'different';
		},
		pendingCall: step => section().calls.find(call => call.step === step),
	};

	return {
		read: () => (findOtherFlyToml(state, options.flyToml) === undefined ? state : {...state, answers: {}}),
		change,
		openSection(app, org) {
			current = {app, org};
		},
		section,
		changeSection,
		forgetSection: () => change(now => ({...now, apps: now.apps.filter(each => !isCurrent(each))})),
		archived,
		movedFrom: moved?.state.project,
		otherFlyToml,
		journalView,
		recordCall: call => changeSection(now => ({...now, calls: [...now.calls, call]})),
		markStarted: (marker, pid, processStartedAt) =>
			changeSection(now => ({
				...now,
				calls: now.calls.map(call => (call.marker === marker ? {...call, pid, processStartedAt} : call)),
			})),
		closeCalls: (step, created = [], foundId = undefined) =>
			changeSection(now => settleCalls(now, step, created, steps, foundId)),
		recordId(step, id) {
			if (section().ids[step] !== id) changeSection(now => ({...now, ids: {...now.ids, [step]: id}}));
		},
		markRun({id, startsAfresh}) {
			acted.add(id);
			if (startsAfresh) isNewApp = true;
		},
		recordSecret(secret, digest) {
			const salt = randomBytes(16);
			const entry = {
				digest,
				salt: salt.toString('hex'),
				fingerprint: fingerprint(secret, salt).toString('hex'),
			};
			changeSection(now => ({...now, secrets: {...now.secrets, [secret.name]: entry}}));
		},
	};
}

/** Another configuration is another app, unless it names the same one: then the file was renamed. */
function findOtherFlyToml(
	{flyToml: earlier = 'fly.toml', answers, apps}: JournalState,
	{path, app}: NonNullable<Options['flyToml']> = {path: 'fly.toml', app: undefined},
): string | undefined {
	const known = answers.app?.value ?? apps[0]?.app;
	return path === earlier || known === undefined || known === app ? undefined : earlier;
}

/** Finds a free name, since two journals may be archived in the same instant. */
function findFreePath(folder: string, name: string): string {
	for (let count = 1; ; count++) {
		const path = join(folder, `${name}${count === 1 ? '' : `-${count}`}.json`);
		if (!existsSync(path)) return path;
	}
}

const privateFolder = new RegExp(`^${privateFolderPrefix}[A-Za-z\\d]{6}$`);

/** Deletes drafts of state files and private flyctl directories that a kill left behind. */
function sweep(folder: string): void {
	for (const name of readdirSync(folder)) {
		if (isDraft(name) || privateFolder.test(name)) rmSync(join(folder, name), {recursive: true, force: true});
	}
}
