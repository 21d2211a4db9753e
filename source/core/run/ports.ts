import type {Failure} from '../errors/failure.ts';
import type {ExecResult} from '../fly/output.ts';
import type {AppSection, JournalState, PendingCall} from '../journal.ts';
import type {Thing} from '../ownership.ts';
import type {FlyAction, Step} from '../plan/step.ts';
import type {FileChange} from '../project/files.ts';
import type {Secret} from '../secrets/secret.ts';
import type {PhxflyEvent} from '../session/events.ts';

/** Runs a program of this computer without a shell; exits 127 if it is not installed, 124 after `timeoutMs`. */
export type RunProgram = (
	words: readonly string[],
	options: {
		/** All its variables. */
		readonly environment: Readonly<Record<string, string>>;
		/** For standard input. */
		readonly input: string;
		readonly timeoutMs: number;
		/** Aborting ends it. */
		readonly signal?: AbortSignal;
	},
) => Promise<ExecResult>;

/** The journal as the engine writes it. */
export type RunJournal = {
	read(): JournalState;
	/** Why phxfly archived an earlier journal, and where it is now. */
	readonly archived: {readonly why: string; readonly path: string} | undefined;
	/** Where the project was when an earlier run wrote the journal; `undefined` unless it moved. */
	readonly movedFrom: string | undefined;
	/** The configuration that the earlier answers are for, where they do not count for the one in use. */
	readonly otherFlyToml: string | undefined;
	change(change: (state: JournalState) => JournalState): void;
	/** Selects the app that the section, the calls, and `JournalView` are about. Writes nothing. */
	openSection(app: string, org: string): void;
	section(): AppSection;
	changeSection(change: (section: AppSection) => AppSection): void;
	/** Removes the section: nothing of the app remains. */
	forgetSection(): void;
	recordCall(call: PendingCall): void;
	markStarted(marker: string, pid: number, processStartedAt: string): void;
	/** Ends the step's open calls with what they created. */
	closeCalls(step: string, created?: readonly Thing[], foundId?: string): void;
	recordId(step: string, id: string): void;
	recordSecret(secret: Secret, digest: string): void;
	/** Makes `JournalView.hasRun` true for the step. */
	markRun(step: Pick<Step, 'id' | 'startsAfresh'>): void;
};

export type CallOutcome =
	| {readonly is: 'ok'; readonly stdout: string}
	| {readonly is: 'failed'; readonly failure: Failure; readonly isOutcomeUnknown: boolean};

export type CallHooks = {
	readonly input: string | undefined;
	/** In the child's environment, to recognize an orphan. */
	readonly marker: string;
	readonly signal: AbortSignal;
	readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
	readonly onStart: (child: {readonly pid: number; readonly startedAt: string}) => void;
};

/** Carries out the engine's actions. */
export type Executor = {
	callFly(action: FlyAction, hooks: CallHooks): Promise<CallOutcome>;
	/** Returns the path of the backup, if there was a file before. */
	writeFile(change: FileChange): Promise<string | undefined>;
	/** Stops the child of a pending call if it is still running and ours. @returns Whether there was one. */
	stopOrphan(call: PendingCall): Promise<boolean>;
	newMarker(): string;
};

/** How to stop a run: first safely, then at once. */
export type Stop = {
	/** Aborted by the first interrupt: nothing new starts, and a deploy gets a signal to end. */
	readonly graceful: AbortSignal;
	/** Aborted by the second, or ten seconds later: stops every child. */
	readonly forced: AbortSignal;
	/** Returns what the first interrupt was; it decides the exit code. */
	reason(): 'interrupted' | 'terminated';
	interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
};

/** How long to wait for checks that are not verified yet. */
export type Waiting = {
	/** Milliseconds on the run's clock; `Infinity` until you stop it. */
	readonly waitMs: number;
	/** Also repeats checks that could not tell because of the network or Fly. */
	readonly isPatient?: boolean;
	/** Called before each pause with the time of the next check, as `elapsed` tells it, and what is still open. */
	readonly onPause?: (nextLookMs: number, open: readonly string[]) => void;
	/** Ends a pause when it resolves. */
	readonly whenCalled?: (signal: AbortSignal) => Promise<void>;
};

/** One run of a project: where its events go, what stops it, and what it waits for. */
export type Run = {
	emit(event: PhxflyEvent): void;
	readonly stop: Stop;
	/** Absent if no person can clear a machine's lease: then the run waits for it. */
	readonly lease?: {
		/** Called when the run waits for a lease until then, as `elapsed` tells it, and with `undefined` when it no longer does. */
		onHeld(lease: {readonly machineId: string; readonly untilMs: number} | undefined): void;
		/** Resolves when you ask to clear the lease now. */
		whenCleared(signal: AbortSignal): Promise<void>;
	};
	readonly waiting: Waiting;
};
