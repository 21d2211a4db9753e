import type {DnsRecord} from '../domain/records.ts';
import type {PlanContext} from '../plan/context.ts';
import type {Readers} from '../readers.ts';

/**
`not-yet` may still pass, by itself or when you act; `could-not-tell` means that phxfly could not check;
only `wrong` is broken.
*/
export type CheckResult = {
	readonly status: 'proved' | 'not-yet' | 'could-not-tell' | 'wrong';
	readonly detail: string;
	/** DNS records that would turn it into `proved`. */
	readonly records?: readonly DnsRecord[];
	/** The next thing to do, if it is not verified. */
	readonly hint?: string;
	/** It could not tell because of the network or Fly, so checking again may help. */
	readonly isPassing?: boolean;
	/** Do not check earlier: it would be useless, or count against a rate limit. Milliseconds since 1970. */
	readonly notBeforeMs?: number;
};

export type Check = {
	readonly id: string;
	/** As a fact: `One machine, started`. */
	readonly title: string;
	/** Cheap, and may break again from outside: phxfly repeats it while it waits for others, even after it passed. */
	readonly isFleeting?: boolean;
	isNeeded(plan: PlanContext): boolean;
	/** Reads only. */
	check(plan: PlanContext, readers: Readers): Promise<CheckResult>;
};
