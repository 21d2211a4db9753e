import type {Rule} from '../doctor/rule.ts';
import type {JournalView} from '../journal.ts';
import type {Plan} from '../plan/plan.ts';
import type {Step} from '../plan/step.ts';
import type {FileChange} from '../project/files.ts';
import type {Profile} from '../project/profile.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {Given} from '../questions/gather.ts';
import type {Question} from '../questions/question.ts';
import type {Readers} from '../readers.ts';
import type {Executor, RunJournal, RunProgram} from '../run/ports.ts';
import type {Redactor} from '../secrets/redact.ts';
import type {SecretStore} from '../secrets/secret.ts';
import type {PhxflyEvent} from '../session/events.ts';
import type {Session} from '../session/session.ts';
import type {Provider} from '../storage/provider.ts';
import type {Check} from '../verify/check.ts';
import type {WordTable} from './completion.ts';

/** The process, its command line, and the person before it: what every command gets. */
export type Cli = {
	/** The process around us, handed in by the entry: nothing else touches it. */
	readonly host: {
		readonly argv: readonly string[];
		readonly environment: Readonly<Record<string, string | undefined>>;
		readonly cwd: string;
		readonly platform: string;
		/** The Node that runs us, and the folder of the package. */
		readonly nodePath: string;
		/** As `v22.1.0`. */
		readonly nodeVersion: string;
		readonly packageFolder: string;
		readonly stdin: NodeJS.ReadStream;
		readonly stdout: NodeJS.WriteStream;
		readonly stderr: NodeJS.WriteStream;
		/** Calls back for each SIGINT and SIGTERM until the returned function is called. */
		onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
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
	/** To the output that was asked for: JSON lines, plain lines; a drawn one reads the session instead. */
	emit(event: PhxflyEvent): void;
	/** Talk, on stderr; nothing with `--quiet` or `--json`. */
	say(line: string): void;
	/** The result of a command that is a text. */
	print(text: string): void;
	/** Absent where no person can be asked. */
	readonly person:
		| {
				/** Asks for one line. */
				ask(question: string): Promise<string>;
				/** Asks a plain yes or no. */
				confirm(question: string): Promise<boolean>;
				/** Draws a session until the returned function is called. */
				draw(session: Session): Promise<() => Promise<void>>;
		  }
		| undefined;
	/**
	@param mode - `write` takes the project's lock.
	@param given - What answers questions without asking.
	@param namedSecrets - Instead of those of the command line.
	*/
	openProject(mode: 'read' | 'write', given: Given, namedSecrets?: readonly string[]): Promise<Project>;
	/** Opens the files of a project, for what needs no account: no flyctl, no network, no login. */
	openFolder(): Promise<
		Pick<Project, 'readTexts'> & {
			/** @throws {Failure} When a file changed since it was read, cannot be written, or another phxfly works here. */
			write(changes: readonly FileChange[]): Promise<void>;
			/** Names of the secrets that phxfly set, with the host's value; `undefined` without a journal. */
			readSecrets(): ReadonlyMap<string, string | undefined> | undefined;
		}
	>;
	/** A file named on the command line, relative to the current folder; `-` is standard input. */
	readGiven(path: string): Promise<string>;
	/** Opens plans on paper. */
	openPlans(): Promise<{
		/** phxfly's own version. */
		readonly version: string;
		/** @param path - Relative to the current folder. @throws {Failure} Unless it is new or a saved plan. */
		save(path: string, text: string): Promise<void>;
		/**
		Prints it byte for byte on standard output: there is no secret in it.

		@param answers - The flags that answer every question as the plan does.
		*/
		printScript(plan: Plan, answers: readonly string[]): Promise<void>;
	}>;
	/** Every command and flag, as the help lists them. */
	words(): Promise<WordTable>;
	/** Archives the project's journal. @returns Where it is now, or `undefined` without a journal. */
	archiveJournal(): Promise<string | undefined>;
};

/** What the command line said, read but not judged. */
export type Options = {
	readonly command: string;
	/** The command's own first word, where it takes one that is no folder. */
	readonly argument: string | undefined;
	readonly folder: string | undefined;
	/** Question id to the flag's text. */
	readonly flags: ReadonlyMap<string, string>;
	/** Names of `--secret`, which nobody has to find in the code. */
	readonly namedSecrets: readonly string[];
	readonly secretFiles: readonly {readonly name: string; readonly path: string}[];
	readonly profile: string | undefined;
	readonly answersFile: string | undefined;
	readonly fly: string | undefined;
	readonly stateDir: string | undefined;
	readonly world: string | undefined;
	readonly speed: number;
	readonly waitMs: number | undefined;
	/** For `verify`: goes on looking until all is proved, somebody leaves or `waitMs` are over. */
	readonly watch: boolean;
	/** For `drill`: how old the newest replicated transaction may be. */
	readonly maxAgeMs: number | undefined;
	readonly isRehearsal: boolean;
	readonly adopt: boolean;
	readonly redeploy: boolean;
	readonly breakLock: boolean;
	readonly dryRun: boolean;
	/** For `plan`: as a bash script. */
	readonly script: boolean;
	/** For `plan`: the file it is kept in. */
	readonly out: string | undefined;
	readonly fix: boolean;
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

/** Everything opened for one project: what to read with, what to act with, what is remembered. */
export type Project = {
	/** As shown to people: `~/blog`. */
	readonly shownFolder: string;
	readonly isRehearsal: boolean;
	readonly facts: ProjectFacts;
	/** The registry's, then those for the project's own secrets; in the order they are asked. */
	readonly questions: readonly Question[];
	/** What answers them without asking. */
	readonly given: Given;
	/** Reads the files that `doctor` looks at, as they are now. */
	readTexts(): Promise<FolderTexts>;
	readTemplates(folder: string): Promise<ReadonlyMap<string, string>>;
	canWriteProject(): Promise<boolean>;
	readonly readers: Readers;
	readonly executor: Executor;
	readonly secretStore: SecretStore;
	readonly redactor: Redactor;
	readonly journal: RunJournal;
	readonly journalView: JournalView;
	readonly timeZone: string;
	/** Runs a program of this computer; absent in a rehearsal, which has none. */
	readonly runProgram?: RunProgram;
	close(): Promise<void>;
};

export type FolderTexts = {
	readonly files: ReadonlyMap<string, string>;
	/** What is there and could not be read. */
	readonly unread: readonly {readonly path: string; readonly why: string}[];
};

export type Command = {
	/** @returns The exit code. @throws {Failure} What a person can act on. */
	run(cli: Cli): Promise<number>;
};

export type CommandEntry = {
	readonly name: string;
	/** One line of help. */
	readonly summary: string;
	/** What its first word is when that is no folder: `FILE`. */
	readonly argument?: string;
	/** It is about no project. */
	readonly takesNoFolder?: true;
	readonly examples: readonly string[];
	load(): Promise<Command>;
};
