import type {Answer, Answers, Parsed} from '../answer.ts';
import type {ExitName, FailureCode} from '../errors/codes.ts';
import type {FlyRegion} from '../fly/output.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {Readers} from '../readers.ts';
import type {Secret, WantedSecret} from '../secrets/secret.ts';
import type {StorageFault} from '../storage/fault.ts';

/** What a question may look at: everything known before it is asked. */
export type Situation = {
	readonly profile: Profile;
	readonly provider: Provider | undefined;
	readonly providers: readonly Provider[];
	readonly answers: Answers;
	readonly secrets: ReadonlyMap<string, Secret>;
	readonly project: ProjectFacts;
	readonly email: string;
	/** Slug to display name. */
	readonly orgs: ReadonlyMap<string, string>;
	readonly regions: readonly FlyRegion[];
	/** IANA name, for example `Europe/Berlin`; proposes the nearest region. */
	readonly timeZone: string;
	/** The chosen app exists and is not known to be this project's: its machines and last release, in words. */
	readonly stranger: string | undefined;
	/** The storage holds something below the prefix that this project did not put there. */
	readonly foreign?: ForeignPrefix | undefined;
	/** The app runs on more than one machine and should have one: each of them in words. */
	readonly machines?: readonly string[] | undefined;
};

export type ForeignPrefix = {
	/** As `showPlace` writes it: what was found belongs to this place and to no other. */
	readonly place: string;
	/** In words: `a replica of Litestream 0.5`. */
	readonly holds: string;
};

export type Choice = {
	readonly value: string;
	readonly label: string;
	/** One cell a column, when the choices are a table. */
	readonly cells?: readonly string[];
	readonly hint?: string;
	/** Why it cannot be chosen; it is shown and skipped. */
	readonly disabled?: string;
};

export type Flag = {
	/** `--region`. */
	readonly name: string;
	/** `CODE`; absent for a switch, whose answer is `yes`. */
	readonly value?: string;
	readonly help: string;
};

export type Question = {
	readonly id: string;
	/** One word for the ledger: `region`. */
	readonly label: string;
	readonly title: string;
	/** One or two sentences: what the answer decides. */
	readonly why: string;
	readonly example?: string;
	readonly kind: 'text' | 'secret' | 'choice';
	readonly flag?: Flag;
	/** What answers "none": a switch such as `--no-mail`, or a flag with a value of its own such as `--skip-secret NAME`. */
	readonly noneFlag?: Flag;
	/** Environment variable that answers it. */
	readonly environment?: string;
	/** An answer holds for one run: what an earlier one was told does not answer it. */
	readonly isForOneRun?: true;
	/** A secret that is on the app already needs no answer, whoever set it. */
	readonly keepsListed?: true;
	/** How a run ends that may not ask, where that is another thing than a missing answer. */
	readonly unanswered?: {readonly code: FailureCode; readonly exit: ExitName};
	/** Shown by `?` where the provider does not say where to find the answer. */
	readonly help?: string;
	/** What was found here that makes it a question, in a sentence. */
	finding?(situation: Situation): string | undefined;
	/** Another way that settles it too, as a person would type it: `--prefix PATH`. */
	readonly otherFlag?: string;
	/** Column titles, when the choices are a table. */
	readonly columns?: readonly string[];
	/** Said instead of the value on the review screen, for example what an absent mail key means. */
	describe?(value: string, situation: Situation): string;
	/** It applies here: without an answer nothing can be planned. */
	isAsked(situation: Situation): boolean;
	/** On the screen its proposal is taken without asking; it can be changed from review. */
	isQuiet?(situation: Situation): boolean;
	/** The answer when nobody is asked; its origin says why. */
	propose?(situation: Situation): Answer | undefined;
	/** What the screen starts with when there is no proposal: a nearest region, a preselected provider. */
	suggest?(situation: Situation): {readonly value: string; readonly because: string} | undefined;
	choices?(situation: Situation): readonly Choice[];
	parse(typed: string, situation: Situation): Parsed<string>;
	/** Asks the account; a problem keeps the question open. Reads only. */
	check?(value: string, situation: Situation, readers: Readers): Promise<string | undefined>;
};

export type Terms = {readonly title: string; readonly url: string};

export type KeyShapes = {
	readonly accessKeyId: RegExp;
	readonly secretAccessKey: RegExp;
	/** What is usual there, for a key that looks different; nothing is refused for its shape. */
	readonly usual: string;
};

export type Provider = {
	readonly id: string;
	readonly label: string;
	/** What the storage screen compares. */
	readonly comparison: {
		readonly bucketBy: string;
		readonly youBring: string;
		readonly monthly: string;
		readonly dataLies: string;
	};
	/** Ids of the questions that belong to it, in order. */
	readonly asks: readonly string[];
	/** Question id to where its answer is found in the provider's console, in a sentence. */
	readonly whereToFind: Readonly<Record<string, string>>;
	/** It has no endpoint of its own: one must be answered. */
	readonly needsEndpoint?: boolean;
	/** Absent where keys may look like anything. */
	readonly keyShapes?: KeyShapes;
	/** What the service's error codes mean where they mean something of their own; `tls` is a failed TLS handshake. */
	readonly faults?: Readonly<Record<string, StorageFault>>;
	/** Another answer to try by itself, when the storage refuses. Pure. */
	instead?(answers: Answers, refusal: StorageRefusal): Correction | undefined;
	/** It brings its own key pair, so the storage can be probed before anything is created. */
	readonly bringsKeys: boolean;
	/** phxfly makes the bucket with `storage create`. */
	readonly makesBucket: boolean;
	readonly terms?: Terms;
	/** Where the bucket is reached. Pure. */
	target(answers: Answers): {readonly endpoint: string; readonly region: string};
	/** Names of the secrets that hold the key pair on the app. */
	readonly keyNames: {readonly accessKeyId: string; readonly secretAccessKey: string};
	/** Everything Litestream needs on the app, without what `storage create` sets by itself. */
	secrets(answers: Answers, keys: ReadonlyMap<string, Secret>): readonly WantedSecret[];
	/** What a bucket name must look like there. */
	parseBucket(typed: string): Parsed<string>;
};

export type StorageRefusal = {
	readonly fault: StorageFault;
	/** The bucket's region, where the service told it. */
	readonly region: string | undefined;
};

export type Correction = {
	readonly questionId: string;
	readonly value: string;
	/** The service did not say so: where it fails too, the first refusal stands. */
	readonly isGuess: boolean;
};

export type Profile = {
	readonly id: string;
	readonly label: string;
	/** Why the folder looks like this profile, or `undefined`. */
	detect(project: ProjectFacts): string | undefined;
	/** Volume name and mount point when fly.toml names none; `undefined` for a profile without a volume. */
	readonly mount: {readonly source: string; readonly destination: string} | undefined;
	readonly hasStorage: boolean;
	readonly asksMail: boolean;
	/** Each secret that the app's own code reads has to be answered, or skipped by name. */
	readonly asksFoundSecrets: boolean;
	/** Said once at setup: what this shape of app means on Fly. */
	readonly notes: readonly string[];
	readonly vm: {readonly size: string; readonly memoryMb: number; readonly swapMb: number};
	/** Folder below `templates/`. */
	readonly templates: string;
	/** The app's own secrets, without storage. */
	secrets(answers: Answers, host: string, keys: ReadonlyMap<string, Secret>): readonly WantedSecret[];
};
