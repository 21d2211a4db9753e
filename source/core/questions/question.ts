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
	/** One word for the ledger: `region`. */
	readonly label: string;
	readonly title: string;
	/** One or two sentences: what the answer decides. */
	readonly why: string;
	/** What an answer looks like; a function where that depends on an earlier one. */
	readonly example?: string | ((state: AnswerState) => string);
	readonly kind: 'text' | 'secret' | 'choice';
	readonly flag?: Flag;
	/** What answers "none": a switch such as `--no-mail`, or a flag with a value of its own such as `--skip-secret NAME`. */
	readonly noneFlag?: Flag;
	/** Environment variable that answers it. */
	readonly environment?: string;
	/** An answer holds for one run: what an earlier one was told does not answer it. */
	readonly isOneOff?: true;
	/** An answer of an earlier run holds until that is done; the command `deploy` does not take it. */
	readonly isForOneSetup?: true;
	/** Codes of failures that another answer gets over: the failed screen leads to it. */
	readonly fixes?: readonly FailureCode[];
	/** Questions to be answered again after another answer to this one. */
	resets?(state: AnswerState): readonly string[];
	/** Its answer means the same whatever was answered before, so nothing resets it. */
	readonly isShared?: true;
	/** What the account holds under the answer is looked up before the next question. */
	readonly isLookedUp?: true;
	/** A secret that is on the app already needs no answer, whoever set it. */
	readonly acceptsExisting?: true;
	/** How a run ends that may not ask, where that is another thing than a missing answer. */
	readonly unanswered?: OneExitCode;
	/** Shown by `?` where the provider does not say where to find the answer. */
	readonly help?: string;
	/** What was found here that makes it a question, in a sentence. */
	finding?(state: AnswerState): string | undefined;
	/** Another way that settles it too, as a person would type it: `--prefix PATH`. */
	readonly otherFlag?: string;
	/** Column titles, when the choices are a table. */
	readonly columns?: readonly string[];
	/** Said instead of the value on the review screen, for example what an absent mail key means. */
	describe?(value: string, state: AnswerState): string;
	/** It applies here: without an answer nothing can be planned. */
	applies(state: AnswerState): boolean;
	/** On the screen its proposal is taken without asking; it can be changed from review. */
	isOptional?(state: AnswerState): boolean;
	/** The answer when nobody is asked; its origin says why. */
	default?(state: AnswerState): Answer | undefined;
	/** What the screen starts with when there is no proposal: a nearest region, a preselected provider. */
	suggestion?(state: AnswerState): {readonly value: string; readonly because: string} | undefined;
	choices?(state: AnswerState): readonly Choice[];
	parse(typed: string, state: AnswerState): Parsed<string>;
	/** What `parse` takes and refuses wherever the question is asked; the tests try it, and a provider's own samples go first. */
	readonly samples?: {readonly good: readonly string[]; readonly bad: readonly string[]};
	/** Asks the account; a problem keeps the question open. Reads only. */
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
	/** One cell a column, when the choices are a table. */
	readonly cells?: readonly string[];
	readonly hint?: string;
	/** Why it cannot be chosen; it is shown and skipped. */
	readonly disabled?: string;
	/** It is no answer to go on with: it ends the wizard, or leads to another question. */
	readonly leads?: 'stop' | {readonly ask: string};
};

/** Questions that only one provider has, in its own file; `asks` names them beside those it shares. */
export type OwnQuestions = {readonly questions?: readonly Question[]};

/** Everything known so far: what a question may look at, and what a plan is made from. */
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
		/** IANA name, for example `Europe/Berlin`; proposes the nearest region. */
		readonly timeZone: string;
	};
	/** What was found that makes a question of it. */
	readonly findings: {
		/** The chosen app exists and is not known to be this project's: its machines and last release, in words. */
		readonly existingApp?: string | undefined;
		/** The storage holds something below the prefix that this project did not put there. */
		readonly prefixInUse?: PrefixInUse | undefined;
		/** The app runs on more than one machine and should have one: each of them in words. */
		readonly machines?: readonly string[] | undefined;
	};
	/** The questions that had no answer when the answers were gathered last, in order. */
	readonly open: readonly Question[];
	/** What was accepted with a remark, corrected, or ignored: a sentence each. */
	readonly notes: readonly string[];
};

export type PrefixInUse = {
	/** As `showLocation` writes it: what was found belongs to this place and to no other. */
	readonly place: string;
	/** In words: `a replica of Litestream 0.5`. */
	readonly holds: string;
};
