export type StepStatus = 'waiting' | 'looking' | 'running' | 'done' | 'already-done' | 'failed' | 'skipped';

export type CheckStatus =
	| 'waiting'
	| 'checking'
	| 'proved'
	| 'not-yet'
	| 'could-not-tell'
	| 'wrong'
	| 'skipped';

export type Resource = {readonly kind: string; readonly id: string; readonly detail: string};

/** A step as planned: what was seen, and each call with its words. */
export type PlannedStepEvent = {
	readonly id: string;
	readonly title: string;
	readonly needs: readonly string[];
	/** `makes`, `completes`, or `takes-over` what nobody made here; `nothing` where all is there, `blocked` where it cannot go on. */
	readonly plan: 'makes' | 'completes' | 'takes-over' | 'nothing' | 'blocked';
	/** Ids of what is there, or the names of what is missing, or why it is blocked. */
	readonly detail: string;
	readonly actions: readonly PlannedActionEvent[];
};

export type PlannedActionEvent =
	| {
			readonly kind: 'fly';
			readonly argv: readonly string[];
			/** Names of the secrets it reads on standard input. */
			readonly reads: readonly string[];
			readonly why?: string;
	  }
	| {readonly kind: 'write-file'; readonly path: string}
	| {readonly kind: 'wait-for-lease'; readonly machineId: string};

/** What happens, told to every face alike. No secret value is in any of them. Times are ISO 8601, set by whoever prints. */
export type PhxflyEvent =
	| {
			readonly type: 'plan-made';
			readonly app: string;
			readonly org: string;
			readonly region: string;
			/** By question; of a secret only that it was given. */
			readonly answers: readonly {readonly id: string; readonly value: string; readonly origin: string}[];
			readonly steps: readonly PlannedStepEvent[];
			readonly files: readonly string[];
			readonly changes: readonly {
				readonly path: string;
				readonly isNew: boolean;
				readonly why: string;
				/** Unified, for people. */
				readonly diff: string;
			}[];
			/** US dollars a month. */
			readonly cost: {
				readonly monthlyUsd: number;
				readonly low: number;
				readonly high: number;
				readonly pricesOf: string;
				readonly isOutdated: boolean;
				readonly items: readonly {
					readonly what: string;
					readonly monthlyUsd: number;
					readonly low?: number;
					readonly high?: number;
				}[];
			};
			/** How long it usually takes. */
			readonly seconds: readonly [from: number, to: number];
			/** What is agreed to by going on. */
			readonly terms?: {readonly title: string; readonly url: string};
	  }
	| {
			readonly type: 'step-changed';
			readonly id: string;
			readonly status: StepStatus;
			/** How long it has taken, on the run's clock. */
			readonly seconds?: number;
			readonly note?: string;
	  }
	| {
			readonly type: 'line-printed';
			readonly id: string;
			readonly stream: 'stdout' | 'stderr';
			readonly line: string;
	  }
	| {
			readonly type: 'record-needed';
			readonly recordType: string;
			readonly name: string;
			readonly value: string;
	  }
	| {
			readonly type: 'check-changed';
			readonly id: string;
			readonly status: CheckStatus;
			readonly detail: string;
	  }
	| {
			readonly type: 'input-needed';
			readonly question: string;
			readonly flag: string;
			readonly message: string;
			readonly values: readonly string[];
			readonly next: string;
	  }
	| {
			readonly type: 'failed';
			readonly code: string;
			readonly message: string;
			readonly exists: readonly string[];
			readonly hint: string;
	  }
	| {
			readonly type: 'finished';
			readonly exit: number;
			readonly url: string | undefined;
			readonly resources: readonly Resource[];
	  };
