import type {OneExitCode} from '../errors/codes.ts';
import {Failure} from '../errors/failure.ts';

type Pattern = {
	readonly match: RegExp;
	readonly code: OneExitCode;
	readonly message: string;
	readonly hint: string;
	/** Only for these commands, as `apps create`. */
	readonly when?: RegExp;
};

/** flyctl's messages, the most specific first; those of Fly's servers are matched loosely. @see docs/flyctl.md */
const patterns: readonly Pattern[] = [
	{
		match: /no access token available/i,
		code: 'not-logged-in',
		message: 'flyctl is not logged in, or its login is older than 30 days.',
		hint: 'fly auth login, or set FLY_API_TOKEN; then run phxfly again.',
	},
	{
		match: /must be authenticated|unauthenticated|unauthorized|not authorized/i,
		code: 'token-refused',
		message: 'Fly rejected your token: it is invalid, expired, or lacks access.',
		hint: 'fly auth login, or set FLY_API_TOKEN to a token that can manage this organization.',
	},
	{
		match: /unknown (shorthand )?flag|unknown command|accepts \d+ arg|requires at least \d+ arg/i,
		code: 'flyctl-too-old',
		message: 'This flyctl is too old: it lacks a command or flag phxfly needs.',
		hint: 'fly version upgrade, then run phxfly again.',
	},
	{
		when: /^apps create/,
		match: /already been taken|name_taken/i,
		code: 'name-taken',
		message: 'That app name is taken. App names are unique across all of Fly.',
		hint: 'Choose another name: --app NAME.',
	},
	{
		when: /^apps create/,
		match: /may only contain|must consist of only/i,
		code: 'name-refused',
		message: 'Fly rejects this app name.',
		hint: 'Use lowercase letters, digits, and dashes: --app NAME.',
	},
	{
		when: /^storage create/,
		match: /already been taken|is invalid/i,
		code: 'bucket-name-taken',
		message: 'The bucket name is taken or invalid. Bucket names are unique across the provider.',
		hint: 'Choose another name: --bucket NAME.',
	},
	{
		when: /^certs add/,
		match: /already in use by another app/i,
		code: 'host-on-another-app',
		message: 'Another app on Fly already has a certificate for this domain.',
		hint: 'Remove it there (fly certs remove HOST -a OTHER), or choose another domain: --domain HOST.',
	},
	{
		when: /^certs add/,
		match: /hostname is invalid/i,
		code: 'host-refused',
		message: 'Fly rejects this domain.',
		hint: 'Choose another one: --domain HOST.',
	},
	{
		match: /organization .* not found|retrieving organization/i,
		code: 'org-not-found',
		message: 'Your account has no organization with that name.',
		hint: 'fly orgs list shows yours: --org SLUG.',
	},
	{
		match: /region \S+ not found|requires an organization with a/i,
		code: 'region-refused',
		message: 'Fly does not offer this region to your organization.',
		hint: 'Choose another region: --region CODE.',
	},
	{
		match: /insufficient|no capacity|could not reserve resource/i,
		code: 'no-capacity',
		message: "No capacity for this machine in the region, or on the volume's host.",
		hint: 'Try again later, or choose another region or a smaller machine.',
	},
	{
		match: /payment (method|information)|billing|credit card/i,
		code: 'payment-needed',
		message: 'Fly requires a payment method for this organization.',
		hint: 'Add one at https://fly.io/dashboard (Billing), then run phxfly again.',
	},
	{
		match: /\b429\b|rate limit/i,
		code: 'rate-limited',
		message: 'Fly is rate limiting requests.',
		hint: 'Wait a few minutes, then run phxfly again: it checks what exists and continues.',
	},
	{
		match: /failed to get lease on VM|lease currently held/i,
		code: 'lease-held',
		message: "Another deploy (or an interrupted one) still holds the machine's lease.",
		hint: 'Run phxfly again: it waits for the lease (at most 5 min).',
	},
	{
		match: /smoke checks .* failed|appears to be crashing|exited immediately/i,
		code: 'app-crashes',
		message: 'The app crashes right after it starts.',
		hint: 'Check the log, fix the cause, then run phxfly again.',
	},
	{
		match: /waiting for health checks|waiting for machine's state/i,
		code: 'app-unhealthy',
		message: 'The machine runs, but its health check did not pass in time.',
		hint: 'Compare PORT, internal_port, and the check path in fly.toml, then run phxfly again.',
	},
	{
		match: /needs an unattached volume|requires an unattached/i,
		code: 'volume-elsewhere',
		message: 'No unattached volume with this name in the region.',
		hint: 'fly volumes list shows where it is; phxfly plan shows what phxfly needs.',
	},
	{
		match: /does not have a Dockerfile/i,
		code: 'no-dockerfile',
		message: 'There is no Dockerfile to build from.',
		hint: 'Run phxfly again: it writes a missing Dockerfile; or deploy an existing image: --image REF.',
	},
	{
		match: /could not find image/i,
		code: 'no-image',
		message: 'The image does not exist, or Fly cannot read it.',
		hint: 'Check the reference: --image REF.',
	},
	{
		match: /failed to fetch an image or build from source/i,
		code: 'build-failed',
		message: 'The image could not be built.',
		hint: 'Check the last lines of the build, fix the cause, then run phxfly again.',
	},
	{
		match: /failed loading app config|configuration is not valid/i,
		code: 'fly-toml-invalid',
		message: 'flyctl cannot use fly.toml.',
		hint: 'Fix the line flyctl names, then run phxfly again.',
	},
];

/**
Explains a failed flyctl call and what to do about it. An unknown message is shown as it is.

@param command - The argv as text, which never contains secrets.
@param stderr - Already redacted.
*/
export function explainFlyFailure(command: string, stderr: string, exit: number | undefined): Failure {
	const reported = lastError(stderr);
	for (const pattern of patterns) {
		if (pattern.when && !pattern.when.test(command)) continue;
		if (!pattern.match.test(stderr)) continue;
		const {code, message, hint} = pattern;
		return new Failure(code, reported ? `${message} flyctl said: ${reported}` : message, {hint});
	}

	const ended = exit === undefined ? 'was stopped' : `ended with ${exit}`;
	return new Failure('flyctl-failed', `fly ${command} ${ended}${reported ? `: ${reported}` : '.'}`, {
		hint: 'Run phxfly again: it checks what exists and continues.',
	});
}

/** Returns the last `Error:` line without flyctl's query text before the useful part. */
function lastError(stderr: string): string {
	const lines = stderr.split('\n').filter(line => line.trim() !== '');
	const line = lines.findLast(candidate => candidate.startsWith('Error:')) ?? lines.at(-1) ?? '';
	return line
		.replace(/^Error:\s*/, '')
		.replace(/failed to run query.*\}: /, '')
		.replace(/\s*\((Request|Trace) ID: [^)]*\)/g, '')
		.slice(0, 400);
}

/** Returns whether the failed call may still have changed the account: the answer was lost on its way. */
export function isOutcomeUnknown(stderr: string, endedBy: 'itself' | 'time-out' | 'cancel'): boolean {
	return (
		endedBy !== 'itself' ||
		/\bEOF\b|connection reset|broken pipe|transport connection broken|status code: 5\d\d|returned error 5\d\d|\b50[0234]\b|timed? ?out|deadline exceeded|context canceled|i\/o timeout/i.test(
			stderr,
		)
	);
}

/** Returns whether asking again may help; only for calls that read. */
export const isWorthRepeating = (stderr: string) =>
	/\bEOF\b|connection reset|connection refused|\b5\d\d\b|\b429\b|rate limit|i\/o timeout|no such host|network is unreachable/i.test(
		stderr,
	);
