import type {FailureEntry} from './failure-entry.ts';

/** Saved plans. */
export const planCodes = {
	'plan-unreadable': {
		exits: ['usage'],
		meaning: 'The file is no saved plan, or is cut off.',
		next: 'Make a new one: `phxfly plan --out FILE`.',
	},
	'plan-newer': {
		exits: ['usage'],
		meaning: 'A newer phxfly wrote the plan.',
		next: 'Apply it with that version, or make a new one with this: `phxfly plan --out FILE`.',
	},
	'plan-edited': {
		exits: ['usage'],
		meaning: 'The plan was edited after it was made, so what it says is not what somebody reviewed.',
		next: 'Make a new one with the answer you want: `phxfly plan --out FILE`.',
	},
	'plan-foreign': {
		exits: ['usage'],
		meaning: 'The plan belongs to another project, or mixes a rehearsal with a real account.',
		next: 'Name the folder it was made for, `phxfly apply FILE DIR`, or make a plan here: `phxfly plan --out FILE`.',
	},
	'plan-stale': {
		exits: ['drift'],
		meaning:
			'A file of the project or the account is no longer as it was when the plan was made; the message says what.',
		next: 'Make a new plan and look at it: `phxfly plan --out FILE`.',
	},
	'plan-answers-fixed': {
		exits: ['usage'],
		meaning: 'A saved plan holds every answer, and another one was given beside it.',
		next: 'Leave the flag out, or make a new plan with it: `phxfly plan --out FILE`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;
