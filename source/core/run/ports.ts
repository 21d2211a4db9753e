import type {Failure} from '../errors/failure.ts';
import type {ExecResult} from '../fly/output.ts';
import type {JournalState, PendingCall} from '../journal.ts';
import type {FlyAction, Step} from '../plan/step.ts';
import type {FileChange} from '../project/files.ts';
import type {Secret} from '../secrets/secret.ts';
import type {PhxflyEvent} from '../session/events.ts';

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
	/** Why an earlier journal was put aside, and where it is now. */
	readonly archived: {readonly why: string; readonly path: string} | undefined;
	change(change: (state: JournalState) => JournalState): void;
	recordCall(call: PendingCall): void;
	markStarted(marker: string, pid: number, processStartedAt: string): void;
	closeCalls(step: string, madeId?: string): void;
	recordId(step: string, id: string): void;
	recordSecret(secret: Secret, digest: string): void;
	/** Makes `JournalView.hasRun` true for the step; one that makes the app lets everything be forgotten that an earlier one had. */
	markRun(step: Pick<Step, 'id' | 'startsAfresh'>): void;
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
	/** Aborted by the second, or ten seconds later: every child is ended. */
	readonly forced: AbortSignal;
	/** What the first interrupt was; tells the exit code. */
	reason(): 'interrupted' | 'terminated';
	interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
};

/** How long what is not proved yet is waited for. */
export type Waiting = {
	/** Milliseconds on the run's clock; `Infinity` until somebody leaves. */
	readonly waitMs: number;
	/** Asks again also where the network, or Fly, kept an answer back. */
	readonly isPatient?: boolean;
	/** Told before each pause: when the next look is, and what it is about. */
	readonly onPause?: (nextLookMs: number, open: readonly string[]) => void;
	/** Ends a pause when it resolves. */
	readonly whenCalled?: (signal: AbortSignal) => Promise<void>;
};

/** One run over a project: who is told of it, what stops it, and what it waits for. */
export type Run = {
	emit(event: PhxflyEvent): void;
	readonly stop: Stop;
	/** Absent where no person can clear a machine's lease: it is waited for. */
	readonly lease?: {
		/** Called when a lease is waited for, and with nothing when it no longer is. */
		onHeld(lease: {readonly machineId: string; readonly untilMs: number} | undefined): void;
		/** Resolves when the person asks to clear the lease now. */
		whenCleared(signal: AbortSignal): Promise<void>;
	};
	readonly waiting: Waiting;
};
