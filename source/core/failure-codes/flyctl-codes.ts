import type {FailureEntry} from './failure-entry.ts';

/** flyctl and the login. */
export const flyctlCodes = {
	'flyctl-missing': {
		exits: ['flyctl'],
		meaning: 'There is no flyctl, or what was found is none or cannot be started.',
		next: 'Install it from https://fly.io/docs/flyctl/install/, or name it: `--fly PATH`.',
	},
	'flyctl-too-old': {
		exits: ['flyctl'],
		meaning: 'This flyctl does not know a flag or command that is needed.',
		next: '`fly version upgrade`, then run phxfly again.',
	},
	'not-logged-in': {
		exits: ['flyctl'],
		meaning: 'flyctl is not logged in, or its login is older than 30 days.',
		next: '`fly auth login`, or set `FLY_API_TOKEN`; then run phxfly again.',
	},
	'token-refused': {
		exits: ['flyctl'],
		meaning: 'Fly refused the login: the token is wrong, expired or too narrow.',
		next: '`fly auth login`, or set `FLY_API_TOKEN` to a token that may manage the organisation.',
	},
	'another-account': {
		exits: ['refused'],
		meaning: 'The setup was begun with another account than the one flyctl is logged in to now.',
		next: '`fly auth login` as the first one, then run phxfly again.',
	},
	'flyctl-failed': {
		exits: ['failed'],
		meaning: 'flyctl ended with a message that phxfly does not know, shown as it is.',
		next: 'Run phxfly again: it looks at what exists and goes on.',
	},
	'flyctl-not-understood': {
		exits: ['failed'],
		meaning: 'flyctl answered in a form that phxfly cannot read, so nothing more was changed.',
		next: 'Read the sample that the message names; `fly version upgrade` may help.',
	},
	'rate-limited': {
		exits: ['failed'],
		meaning: 'Fly takes no more requests for now.',
		next: 'Wait a few minutes, then run phxfly again: it looks at what exists and goes on.',
	},
	'payment-needed': {
		exits: ['failed'],
		meaning: 'Fly wants a payment method for the organisation first.',
		next: 'Add one at https://fly.io/dashboard (Billing), then run phxfly again.',
	},
	'org-not-found': {
		exits: ['usage'],
		meaning: 'Fly knows no such organisation for this login.',
		next: '`fly orgs list` shows yours: `--org SLUG`.',
	},
	'region-refused': {
		exits: ['usage'],
		meaning: 'Fly does not offer the region to the organisation.',
		next: 'Choose another one: `--region CODE`.',
	},
} as const satisfies Readonly<Record<string, FailureEntry>>;
