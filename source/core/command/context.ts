import type {Rule} from '../doctor/rule.ts';
import type {JournalView} from '../journal.ts';
import type {Plan} from '../plan/plan.ts';
import type {Step} from '../plan/step.ts';
import type {FileChange} from '../project/files.ts';
import type {Profile} from '../project/profile.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {PushedFile} from '../push/pushed-file.ts';
import type {Given} from '../questions/gather.ts';
import type {Question} from '../questions/question.ts';
import type {Readers} from '../readers.ts';
import type {CopyFile} from '../restore/copy-file.ts';
import type {Executor, RunJournal, RunProgram} from '../run/ports.ts';
import type {Redactor} from '../secrets/redact.ts';
import type {SecretStore} from '../secrets/secret.ts';
import type {PhxflyEvent} from '../session/events.ts';
import type {Session} from '../session/session.ts';
import type {Provider} from '../storage/provider.ts';
import type {Check} from '../verify/check.ts';
import type {WordTable} from './completion.ts';
import type {Look} from './look.ts';

/** What every command gets: the process, its command line, and the person at it. */
export type Cli = {
	/** The process, passed in by the entry: only this accesses it. */
	readonly host: {
		readonly argv: readonly string[];
		readonly environment: Readonly<Record<string, string | undefined>>;
		readonly cwd: string;
		readonly platform: string;
		/** The Node that runs phxfly. */
		readonly nodePath: string;
		/** As `v22.1.0`. */
		readonly nodeVersion: string;
		readonly packageFolder: string;
		readonly stdin: NodeJS.ReadStream;
		readonly stdout: NodeJS.WriteStream;
		readonly stderr: NodeJS.WriteStream;
		/** Calls back for each SIGINT and SIGTERM until the returned function is called. */
		onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
		/** Leaves SIGINT to a program that has the terminal, until the returned function is called. */
		ignoreInterrupts(): () => void;
	};
	readonly options: Options;
	/** Every entry that phxfly knows, in order. */
	readonly registry: {
		readonly commands: readonly CommandEntry[];
		readonly questions: readonly Question[];
		readonly profiles: readonly Profile[];
		readonly providers: readonly Provider[];
		readonly steps: readonly Step[];
		readonly checks: readonly Check[];
		readonly rules: readonly Rule[];
	};
	/** Writes an event to the chosen output: JSON lines or plain lines. Screens read the session instead. */
	emit(event: PhxflyEvent): void;
	/** Writes a message to stderr; nothing with `--quiet` or `--json`. */
	say(line: string): void;
	/** Prints the text that a command returns. */
	print(text: string): void;
	/** Absent in non-interactive mode. */
	readonly person:
		| {
				/** Asks for one line. */
				ask(question: string): Promise<string>;
				/** Asks for yes or no. */
				confirm(question: string): Promise<boolean>;
				/** Draws a session until it is closed. */
				draw(session: Session): Promise<Drawing>;
				/** Opens a page in the browser. @returns `false` where there is none to open it. */
				openPage(url: string): Promise<boolean>;
		  }
		| undefined;
	/**
	Opens the project with its account.

	@param mode - `write` takes the project's lock.
	@param given - Answers from flags, environment, and files.
	@param instead - Secrets and configuration instead of those of the command line.
	*/
	openProject(
		mode: 'read' | 'write',
		given: Given,
		instead?: {readonly namedSecrets?: readonly string[] | undefined; readonly config?: string | undefined},
	): Promise<Project>;
	/** Opens the files of a project for what needs no account: no flyctl, network, or login. */
	openFolder(): Promise<
		Pick<Project, 'readTexts' | 'readTemplates'> & {
			/** @throws {Failure} If a file changed since it was read or cannot be written, or another phxfly is running here. */
			write(changes: readonly FileChange[]): Promise<void>;
			/** Returns the names of the secrets that phxfly set, with the host's value; `undefined` without a journal. */
			readSecrets(): ReadonlyMap<string, string | undefined> | undefined;
			/** The configuration that flyctl would use; it may not exist. */
			readonly flyTomlPath: string;
		}
	>;
	/** Reads a file from the command line, relative to the current folder; `-` is standard input. */
	readGiven(path: string): Promise<string>;
	/** Prepares a new file for a restore, in a rehearsal one in the state folder. @param path - Relative to the current folder. */
	openCopyFile(path: string): Promise<CopyFile>;
	/** Looks at a SQLite file that is to be pushed. @param path - Relative to the current folder. */
	openPushedFile(path: string): Promise<PushedFile>;
	/** Opens what saves and prints plans. */
	openPlans(): Promise<{
		/** phxfly's own version. */
		readonly version: string;
		/** @param path - Relative to the current folder. @throws {Failure} Unless it is new or a saved plan. */
		save(path: string, text: string): Promise<void>;
		/**
		Prints a plan as a script, byte for byte on standard output: it contains no secret.

		@param answers - The flags that give the answers of the plan.
		*/
		printScript(plan: Plan, answers: readonly string[]): Promise<void>;
	}>;
	/** Lists every command and flag, as the help does. */
	words(): Promise<WordTable>;
	/** Archives the project's journal. @returns Where it is now, or `undefined` without a journal. */
	archiveJournal(): Promise<string | undefined>;
};

/** A session on the screen. */
export type Drawing = {
	/** Releases the terminal for another program. Resolves when it is free. */
	suspend(): Promise<void>;
	resume(): void;
	close(): Promise<void>;
};

/** The command line, read but not validated. */
export type Options = {
	readonly command: string;
	/** The command's own first word, if it takes one that is not a folder. */
	readonly argument: string | undefined;
	readonly folder: string | undefined;
	/** Question id to the text of its flag. */
	readonly flags: ReadonlyMap<string, string>;
	/** Names of `--secret`, for secrets that phxfly did not find in the code. */
	readonly namedSecrets: readonly string[];
	readonly secretFiles: readonly {readonly name: string; readonly path: string}[];
	readonly profile: string | undefined;
	/** `--config`: the fly.toml to use, from the project's folder. */
	readonly config: string | undefined;
	readonly answersFile: string | undefined;
	readonly fly: string | undefined;
	readonly stateDir: string | undefined;
	readonly world: string | undefined;
	readonly speed: number;
	readonly waitMs: number | undefined;
	/** For `verify`: keeps checking until everything passes, you stop it, or `waitMs` are over. */
	readonly watch: boolean;
	/** For `drill`: how old what a restore gives back may be. */
	readonly maxAgeMs: number | undefined;
	readonly isRehearsal: boolean;
	readonly adopt: boolean;
	readonly redeploy: boolean;
	readonly breakLock: boolean;
	/** For `restore`. */
	readonly list: boolean;
	/** For `restore`: the time, as typed. */
	readonly at: string | undefined;
	/** For `restore`: the file, from the current folder. */
	readonly to: string | undefined;
	readonly dryRun: boolean;
	/** For `plan`: as a bash script. */
	readonly script: boolean;
	/** For `plan`: the file to save it in. */
	readonly out: string | undefined;
	readonly fix: boolean;
	/** For `ci`: what the workflow installs phxfly from. */
	readonly package: string | undefined;
	/** For `rollback`: also to a release after which migrations ran. */
	readonly allowMigrations: boolean;
	/** For `logs`: ends after the latest lines. */
	readonly noTail: boolean;
	/** For `destroy`: volume and bucket stay. */
	readonly keepData: boolean;
	readonly yes: boolean;
	readonly noInput: boolean;
	readonly json: boolean;
	readonly plain: boolean;
	readonly screenReader: boolean;
	readonly ascii: boolean;
	readonly noColor: boolean;
	readonly quiet: boolean;
	readonly verbose: boolean;
};

/** Everything opened for one project: readers, executor, and journal. */
export type Project = {
	/** As shown: `~/blog`. */
	readonly shownFolder: string;
	readonly isRehearsal: boolean;
	readonly facts: ProjectFacts;
	/** The registry's, then those for the project's own secrets; in order. */
	readonly questions: readonly Question[];
	/** Answers from flags, environment, and files. */
	readonly given: Given;
	/** The configuration that this project uses; `fly.toml` where there is none yet. */
	readonly flyTomlPath: string;
	/** Reads the files that `doctor` checks, as they are now. */
	readTexts(): Promise<FolderTexts>;
	readTemplates(folder: string): Promise<ReadonlyMap<string, string>>;
	canWriteProject(): Promise<boolean>;
	readonly readers: Readers;
	readonly executor: Executor;
	readonly secretStore: SecretStore;
	readonly redactor: Redactor;
	readonly journal: RunJournal;
	readonly journalView: JournalView;
	/** Why this run writes no log, in a sentence. */
	readonly logProblem?: string | undefined;
	/** What you chose last time; absent in a rehearsal, and where phxfly only reads. */
	readonly preferences?: Preferences | undefined;
	readonly timeZone: string;
	readonly terminal: FlyTerminal;
	/** Runs a program of this computer; absent in a rehearsal, which has none. */
	readonly runProgram?: RunProgram;
	/**
	Gives the terminal to `fly auth login`. Absent if a token in the environment outranks every login.

	@param signal - Ends it. @returns Whether it logged in.
	*/
	readonly logIn?: (signal: AbortSignal) => Promise<boolean>;
	close(): Promise<void>;
};

/** Calls of flyctl for the person at the terminal, who reads what flyctl prints. */
export type FlyTerminal = {
	/**
	Passes on what flyctl prints, line by line and without secrets, until it ends.

	@param timeoutMs - Then flyctl is stopped.
	@returns What ended it. @throws {Failure} What flyctl reports.
	*/
	stream(
		args: readonly string[],
		options: {
			readonly signal: AbortSignal;
			readonly timeoutMs: number;
			readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
		},
	): Promise<'itself' | 'time-out' | 'cancel'>;
	/** Gives the terminal to flyctl: phxfly sees nothing of it. @returns Its exit code, or `undefined` when a signal ended it. */
	attach(args: readonly string[], signal: AbortSignal): Promise<number | undefined>;
};

/** What a person chose last time, in any project. Never a secret. */
export type Preferences = {
	readonly path: string;
	/** By question id. */
	readonly answers: ReadonlyMap<string, string>;
	readonly look: Look | undefined;
	/** Adds these answers, and replaces the look if there is one. A file that cannot be written stays as it is. */
	remember(answers: ReadonlyMap<string, string>, look: Look | undefined): Promise<void>;
};

export type FolderTexts = {
	readonly files: ReadonlyMap<string, string>;
	/** Existing files that could not be read. */
	readonly unread: readonly {readonly path: string; readonly why: string}[];
};

export type Command = {
	/** @returns The exit code. @throws {Failure} What you can act on. */
	run(cli: Cli): Promise<number>;
};

export type CommandEntry = {
	readonly name: string;
	/** One line of help. */
	readonly summary: string;
	/** What its first word is if that is not a folder: `FILE`. */
	readonly argument?: string;
	/** The argument may be missing: a first word that does not fit is a folder. */
	readonly optionalArgument?: RegExp;
	/** It does not work on a project. */
	readonly takesNoFolder?: true;
	/** It asks nothing and opens no account, so it rejects the flags of answers. */
	readonly takesNoAnswers?: true;
	/** The help shows the first two. */
	readonly examples: readonly string[];
	/** Where to read more, from the project's root; README.md by default. */
	readonly page?: string;
	load(): Promise<Command>;
};
