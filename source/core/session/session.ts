import type {DnsRecord} from '../domain/records.ts';
import type {Choice} from '../questions/question.ts';
import type {RunState} from './run-state.ts';

/** What an output subscribes to and dispatches actions to. */
export type Session = {
	getState(): SessionState;
	subscribe(listener: () => void): () => void;
	dispatch(action: UserAction): void;
	/** The run's clock for waits and durations. */
	now(): number;
};

/** Everything a screen draws. Immutable: a new object for every change. */
export type SessionState = {
	readonly app: string | undefined;
	readonly profile: string;
	/** As shown: `~/blog`. */
	readonly folder: string;
	readonly isRehearsal: boolean;
	readonly screen: Screen;
};

export type Screen =
	/** `canStop`: Esc ends it. */
	| {readonly kind: 'looking'; readonly items: readonly LookingItem[]; readonly canStop: boolean}
	| {readonly kind: 'question'; readonly answerList: readonly AnswerRow[]; readonly question: QuestionView}
	| {readonly kind: 'review'; readonly review: ReviewView}
	/** `lease`: another deploy holds the machine's lease until then, as `now` tells it; you may clear it. */
	| {
			readonly kind: 'running';
			readonly run: RunState;
			readonly isStopping: boolean;
			readonly lease: {readonly machineId: string; readonly untilMs: number} | undefined;
	  }
	| {
			readonly kind: 'watching';
			readonly run: RunState;
			/** Which checks changed since watching started, oldest first. */
			readonly changes: readonly {readonly atMs: number; readonly id: string; readonly text: string}[];
			/** When the next check starts; in the past while checking. */
			readonly nextLookMs: number | undefined;
	  }
	| {readonly kind: 'failed'; readonly failure: FailureView; readonly run: RunState}
	| {readonly kind: 'done'; readonly report: ReportView; readonly run: RunState}
	/** Ends the session with this text, or with none. */
	| {readonly kind: 'left'; readonly text: string};

/** One thing that phxfly reads before it continues. */
export type LookingItem = {
	readonly label: string;
	readonly state: 'busy' | 'good' | 'bad';
	readonly detail: string;
	/** Since when it is busy, on the run's clock. */
	readonly startedAtMs: number | undefined;
};

/** One row of the answer list: an answered, current, or coming question. */
export type AnswerRow = {
	readonly id: string;
	readonly label: string;
	readonly state: 'answered' | 'current' | 'coming';
	/** As shown: of a secret only its ending. */
	readonly value: string;
	readonly origin: string;
};

export type QuestionView = {
	readonly id: string;
	readonly label: string;
	readonly title: string;
	readonly why: string;
	readonly example: string | undefined;
	readonly help: string | undefined;
	/** Where the answer is found: `o` opens it. */
	readonly page: string | undefined;
	readonly kind: 'text' | 'secret' | 'choice';
	/** The marked choice when the question opens. In a field, what Enter takes while it is empty. */
	readonly initial: string;
	/** Why `initial` is suggested: `nearest, by your time zone`. */
	readonly because: string | undefined;
	/** A secret that was given before, as shown: Enter keeps it. */
	readonly kept: string | undefined;
	/** What an empty answer means. Shown after it, until Enter confirms it. */
	readonly skip: string | undefined;
	readonly choices: readonly Choice[];
	readonly columns: readonly string[];
	/** What is wrong with the last input, and a value that would work. */
	readonly problem: string | undefined;
	readonly offer: string | undefined;
	/** phxfly is checking the typed answer with the account. */
	readonly isChecking: boolean;
	readonly canGoBack: boolean;
};

export type ReviewView = {
	readonly headline: string;
	readonly rows: readonly ReviewRow[];
	readonly files: readonly {readonly path: string; readonly summary: string; readonly diff: string}[];
	/** Commands as you would type them, with a reason if there is one. */
	readonly commands: readonly {readonly text: string; readonly why: string | undefined}[];
	/** What exists already, what it costs, the terms it accepts, and what cannot be undone: always visible. */
	readonly musts: readonly {readonly label: string; readonly value: string}[];
	/** Other things to know before it starts, such as doctor's problems. */
	readonly notes: readonly string[];
};

export type ReviewRow = {
	readonly id: string;
	readonly label: string;
	readonly value: string;
	readonly origin: string;
};

export type FailureView = {
	readonly title: string;
	readonly code: string;
	readonly happened: string;
	/** What a program printed that tells why. */
	readonly printed: readonly string[];
	/** `undefined` if phxfly did not look. */
	readonly exists: readonly string[] | undefined;
	readonly hint: string;
	/** The question to open again, if its answer was rejected. */
	readonly questionId: string | undefined;
	readonly canRetry: boolean;
	/** Another login may help, and phxfly can start one here. */
	readonly canLogIn: boolean;
};

export type ReportView = {
	readonly isDone: boolean;
	readonly headline: string;
	/** What ends the report: the address, or how to do it for real. */
	readonly closing: string;
	readonly elapsedSeconds: number;
	/** How many checks passed. */
	readonly passed: number;
	/** Facts beside the checks, such as how to sign in. */
	readonly notes: readonly {readonly label: string; readonly value: string}[];
	/** The checks that did not pass. */
	readonly open: readonly {
		readonly id: string;
		readonly value: string;
		readonly hint: string | undefined;
		readonly mark: 'wait' | 'bad';
	}[];
	readonly records: readonly DnsRecord[];
	readonly next: readonly {readonly command: string; readonly why: string}[];
};

/** Everything you can do in the wizard. */
export type UserAction =
	| {readonly type: 'answered'; readonly id: string; readonly typed: string}
	| {readonly type: 'went-back'}
	/** Open the page of the question in the browser. */
	| {readonly type: 'opened-page'}
	| {readonly type: 'started'}
	/** From review or failure: open this question again, or choose one. */
	| {readonly type: 'changed-answer'; readonly id: string}
	| {readonly type: 'retried'}
	/** From failure: run `fly auth login` here. */
	| {readonly type: 'chose-login'}
	| {readonly type: 'cleared-lease'}
	/** From review: save the plan for `apply` instead of starting. */
	| {readonly type: 'saved-plan'}
	/** While watching: check now. */
	| {readonly type: 'looked-now'}
	/** First time: stop safely. Again while stopping: stop at once. */
	| {readonly type: 'interrupted'}
	| {readonly type: 'quit'};
