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

/** What happens, told to every face alike. No secret value is in any of them. Times are ISO 8601, set by whoever prints. */
export type PhxflyEvent =
	| {
			readonly type: 'plan-made';
			readonly steps: readonly {
				readonly id: string;
				readonly title: string;
				readonly needs: readonly string[];
			}[];
			readonly files: readonly string[];
			readonly cost: {readonly monthlyUsd: number; readonly pricesOf: string};
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
