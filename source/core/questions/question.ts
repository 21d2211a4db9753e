import type {Answer, Answers, Parsed} from '../answer.ts';
import type {FailureCode, OneExitCode} from '../errors/codes.ts';
import type {FlyRegion} from '../fly/output.ts';
import type {Profile} from '../project/profile.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {Readers} from '../readers.ts';
import type {SecretStore} from '../secrets/secret.ts';
import type {Provider} from '../storage/provider.ts';

export type Question = {
	readonly id: string;
	/** One word for the answer list: `region`. */
	readonly label: string;
	readonly title: string;
	/** One or two sentences: what it asks for and decides. A function where that depends on an earlier answer. */
	readonly why: string | ((state: AnswerState) => string);
	/** What an answer looks like. */
	readonly example?: string | ((state: AnswerState) => string);
	readonly kind: 'text' | 'secret' | 'choice';
	readonly flag?: Flag;
	/** What answers "none": a switch such as `--no-mail`, or a separate flag such as `--skip-secret NAME`. */
	readonly noneFlag?: Flag;
	/** Environment variable that answers it. */
	readonly environment?: string;
	/** An answer counts for one run: an earlier run does not answer it. */
	readonly isOneOff?: true;
	/** An answer of an earlier run counts until the setup is done; the command `deploy` ignores it. */
	readonly isForOneSetup?: true;
	/** Codes of failures that another answer fixes: the failed screen links to it. */
	readonly fixes?: readonly FailureCode[];
	/** The answer of the last setup, of any project, is what the wizard proposes. */
	readonly isPreference?: true;
	/** Questions to answer again after this answer changes. */
	resets?(state: AnswerState, questions: readonly Question[]): readonly string[];
	/** The answers it resets come back with the answer that they belonged to, until the wizard ends. */
	readonly restoresReset?: true;
	/** Its answer belongs to one app: another app does not take it over. */
	isOfApp?(state: AnswerState): boolean;
	/** Every provider asks it in the same way, so another storage does not reset it. */
	readonly isShared?: true;
	/** phxfly checks what the account has under the answer before the next question. */
	readonly isLookedUp?: true;
	/** A secret that the app already has needs no answer, even if phxfly did not set it. */
	readonly acceptsExisting?: true;
	/** How a non-interactive run fails, if not with a missing answer. */
	readonly unanswered?: OneExitCode;
	/** `?` shows it if the provider does not say where to find the answer. */
	readonly help?: string;
	/** The page where the answer is found, unless the provider has one. Only where no answer starts with an o, which opens it. */
	readonly page?: string;
	/** Returns what phxfly found that raises the question, in a sentence. */
	finding?(state: AnswerState): string | undefined;
	/** Another flag that answers it too, as you type it: `--prefix PATH`. */
	readonly otherFlag?: string;
	/** Column titles, when the choices are a table. */
	readonly columns?: readonly string[];
	/** Returns what the review screen shows instead of the value, for example what no mail key means. */
	describe?(value: string, state: AnswerState): string;
	/**
	Returns what goes without, in a sentence. Then an empty answer in the wizard means none: at once where there is no such
	sentence, after a second Enter where there is one.
	*/
	without?(state: AnswerState): string | undefined;
	/** Tells whether it applies: then phxfly needs an answer to plan. */
	applies(state: AnswerState): boolean;
	/** Tells whether the wizard accepts the default without asking; review can change it. */
	isOptional?(state: AnswerState): boolean;
	/** Returns the default; its origin says why. */
	default?(state: AnswerState): Answer | undefined;
	/** Returns what the screen starts with if there is no default: the nearest region, a preselected provider. */
	suggestion?(state: AnswerState): {readonly value: string; readonly because: string} | undefined;
	choices?(state: AnswerState): readonly Choice[];
	parse(typed: string, state: AnswerState): Parsed<string>;
	/** What `parse` accepts and rejects everywhere; the tests try it, and a provider's own samples take precedence. */
	readonly samples?: {readonly good: readonly string[]; readonly bad: readonly string[]};
	/** Checks the answer with the account and returns a problem that keeps the question open. Reads only. */
	check?(value: string, state: AnswerState, readers: Readers): Promise<string | undefined>;
};

export type Flag = {
	/** `--region`. */
	readonly name: string;
	/** `CODE`; absent for a switch, whose answer is `yes`. */
	readonly value?: string;
	readonly help: string;
};

export type Choice = {
	readonly value: string;
	readonly label: string;
	/** One cell per column, when the choices are a table. */
	readonly cells?: readonly string[];
	readonly hint?: string;
	/** Why you cannot choose it; the list shows it but skips it. */
	readonly disabled?: string;
	/** It does not answer the question: it ends the wizard, or opens another question. */
	readonly leads?: 'stop' | {readonly ask: string};
};

/** Questions that only one provider has, in its own file; its `asks` lists them with the shared ones. */
export type OwnQuestions = {readonly questions?: readonly Question[]};

/** Everything known so far: questions read it, and the plan is built from it. */
export type AnswerState = {
	readonly profile: Profile;
	readonly provider: Provider | undefined;
	readonly providers: readonly Provider[];
	readonly answers: Answers;
	/** The one store, by question id. */
	readonly secrets: SecretStore;
	readonly facts: ProjectFacts;
	readonly account: {
		readonly email: string;
		/** Slug to display name. */
		readonly orgs: ReadonlyMap<string, string>;
		readonly regions: readonly FlyRegion[];
		/** IANA name, for example `Europe/Berlin`; suggests the nearest region. */
		readonly timeZone: string;
	};
	/** What phxfly found that raises questions. */
	readonly findings: {
		/** The chosen app exists but is not known to belong to this project: its machines and last release, in words. */
		readonly existingApp?: string | undefined;
		/** The storage contains something below the prefix that this project did not put there. */
		readonly prefixInUse?: PrefixInUse | undefined;
		/** The app has more than one machine but should have one: each machine in words. */
		readonly machines?: readonly string[] | undefined;
	};
	/** The questions that had no answer when the answers were gathered last, in order. */
	readonly open: readonly Question[];
	/** What phxfly accepted with a note, corrected, or ignored: one sentence each. */
	readonly notes: readonly string[];
};

export type PrefixInUse = {
	/** The only location that this is about, as `showLocation` writes it. */
	readonly place: string;
	/** In words: `a replica of Litestream 0.5`. */
	readonly holds: string;
};
