import type {Failure} from '../errors/failure.ts';
import type {ExecResult} from '../fly/output.ts';
import type {JournalState, JournalView, PendingCall} from '../journal.ts';
import type {FlyAction} from '../plan/step.ts';
import type {FileChange} from '../project/files.ts';
import type {Readers} from '../readers.ts';
import type {Redactor} from '../secrets/redact.ts';
import type {Secret, SecretStore} from '../secrets/secret.ts';

/** A program of this computer, without a shell: 127 when it is not installed, 124 when `timeoutMs` were over. */
export type RunProgram = (
	words: readonly string[],
	options: {
		/** All it gets. */
		readonly environment: Readonly<Record<string, string>>;
		/** On standard input. */
		readonly input: string;
		readonly timeoutMs: number;
	},
) => Promise<ExecResult>;

/** The journal as the engine writes it. */
export type RunJournal = {
	read(): JournalState;
	change(change: (state: JournalState) => JournalState): void;
	recordCall(call: PendingCall): void;
	markStarted(marker: string, pid: number, processStartedAt: string): void;
	closeCalls(step: string, madeId?: string): void;
	recordId(step: string, id: string): void;
	recordSecret(secret: Secret, digest: string): void;
};

export type CallOutcome =
	| {readonly is: 'ok'; readonly stdout: string}
	| {readonly is: 'failed'; readonly failure: Failure; readonly isOutcomeUnknown: boolean};

export type CallHooks = {
	readonly input: string | undefined;
	/** Put into the child's environment, so that an orphan is recognised. */
	readonly marker: string;
	readonly signal: AbortSignal;
	readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
	readonly onStart: (child: {readonly pid: number; readonly startedAt: string}) => void;
};

/** The engine's hands. */
export type Executor = {
	callFly(action: FlyAction, hooks: CallHooks): Promise<CallOutcome>;
	/** Returns where the earlier text was backed up, if there was one. */
	writeFile(change: FileChange): Promise<string | undefined>;
	/** Ends the child of an intent when it still runs and is ours. @returns Whether there was one. */
	stopOrphan(call: PendingCall): Promise<boolean>;
	newMarker(): string;
};

/** How a run is stopped: first safely, then at once. */
export type Stop = {
	/** Aborted by the first interrupt: nothing new starts, a deploy is asked to end. */
	readonly graceful: AbortSignal;
	/** What the first interrupt was; tells the exit code. */
	readonly reason: () => 'interrupted' | 'terminated';
	/** Aborted by the second, or ten seconds later: every child is ended. */
	readonly forced: AbortSignal;
};

export type RunTools = {
	readonly readers: Readers;
	readonly journalView: JournalView;
	readonly journal: RunJournal;
	readonly executor: Executor;
	readonly secretStore: SecretStore;
	/** Makes `evidence.hasRun` true for the step. */
	readonly markRun: (stepId: string) => void;
	readonly redactor: Redactor;
	readonly stop: Stop;
	/** Somebody asked to clear the lease now instead of waiting; resolves then. */
	readonly whenLeaseCleared: (signal: AbortSignal) => Promise<void>;
	/** Tells whoever draws that a lease is being waited for, or no longer. */
	readonly onLease: (lease: {readonly machineId: string; readonly untilMs: number} | undefined) => void;
};
