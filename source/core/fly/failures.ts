import {explainBuildFailure} from '../build/failure.ts';
import type {OneExitCode} from '../errors/codes.ts';
import {Failure} from '../errors/failure.ts';
import {readReportedError} from './reported-error.ts';

type Pattern = {
	readonly match: RegExp;
	readonly code: OneExitCode;
	readonly message: string;
	readonly hint: string;
	/** Only for these commands, as `apps create`. */
	readonly when?: RegExp;
};

/** flyctl could not get an image; the rest of the line is often not its own. */
const noImage = 'failed to fetch an image or build from source: ';

/** A failure of the build itself; the rest of the line quotes the app's commands and other servers. */
const buildFailed = new RegExp(
	`^${noImage}error building: (?:failed to solve(?: with frontend \\S+)?: (?:rpc error: code = Unknown desc = )?|failed to receive status: |(?:error building with docker|error rendering build status stream): )`,
);

const rateLimited = /\brate limit|too many requests|status(?: code)?:? 429|returned error 429|\b429$/i;

/**
flyctl's own errors, the most specific first. Their beginnings are flyctl's, and whole; what Fly's servers add is matched
by words that only they use.

@see docs/flyctl.md
*/
const patterns: readonly Pattern[] = [
	{
		match: new RegExp(`^${noImage}(?:app does not have a Dockerfile|dockerfile '.*' not found)`),
		code: 'no-dockerfile',
		message: 'There is no Dockerfile to build from.',
		hint: 'Run phxfly again: it writes a missing Dockerfile; or deploy an existing image: --image REF.',
	},
	{
		match: new RegExp(`^${noImage}could not find image `),
		code: 'no-image',
		message: 'The image does not exist, or Fly cannot read it.',
		hint: 'Check the reference: --image REF.',
	},
	{
		match: /^no access token available/,
		code: 'not-logged-in',
		message: 'flyctl is not logged in, or its login is older than 30 days.',
		hint: 'fly auth login, or set FLY_API_TOKEN; then run phxfly again.',
	},
	{
		match: /\b(?:must be authenticated|not authorized)\b|(?:^|: )unauth(?:enticated|orized)\b/i,
		code: 'token-refused',
		message: 'Fly rejected your token: it is invalid, expired, or lacks access.',
		hint: 'fly auth login, or set FLY_API_TOKEN to a token that can manage this organization.',
	},
	{
		match: /^(?:unknown (?:shorthand )?flag|unknown command|accepts \d+ arg|requires at least \d+ arg)/,
		code: 'flyctl-too-old',
		message: 'This flyctl is too old: it lacks a command or flag phxfly needs.',
		hint: 'fly version upgrade, then run phxfly again.',
	},
	{
		when: /^apps create/,
		match: /name has already been taken|name_taken/i,
		code: 'name-taken',
		message: 'That app name is taken. App names are unique across all of Fly.',
		hint: 'Choose another name: --app NAME.',
	},
	{
		when: /^apps create/,
		match: /name may only contain|must consist of only/i,
		code: 'name-refused',
		message: 'Fly rejects this app name.',
		hint: 'Use lowercase letters, digits, and dashes: --app NAME.',
	},
	{
		when: /^storage create/,
		match: /name (?:has already been taken|is invalid)/i,
		code: 'bucket-name-taken',
		message: 'The bucket name is taken or invalid. Bucket names are unique across the provider.',
		hint: 'Choose another name: --bucket NAME.',
	},
	{
		when: /^certs add/,
		match: /hostname already in use by another app/i,
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
		match: /\borganization \S+ not found|failed retrieving organization with slug/,
		code: 'org-not-found',
		message: 'Your account has no organization with that name.',
		hint: 'fly orgs list shows yours: --org SLUG.',
	},
	{
		match: /\bregion \S+ (?:not found|requires an organization with an? )/,
		code: 'region-refused',
		message: 'Fly does not offer this region to your organization.',
		hint: 'Choose another region: --region CODE.',
	},
	{
		match:
			/\binsufficient (?:resources|capacity|memory|cpus?)\b|insufficient_capacity|no (?:regions with )?capacity|could not reserve resource/i,
		code: 'no-capacity',
		message: "No capacity for this machine in the region, or on the volume's host.",
		hint: 'Try again later, or choose another region or a smaller machine.',
	},
	{
		match:
			/\bneed your payment information|\badd a (?:payment method|credit card)|payment method (?:is )?required|fly\.io\/\S+\/billing/i,
		code: 'payment-needed',
		message: 'Fly requires a payment method for this organization.',
		hint: 'Add one at https://fly.io/dashboard (Billing), then run phxfly again.',
	},
	{
		match: rateLimited,
		code: 'rate-limited',
		message: 'Fly is rate limiting requests.',
		hint: 'Wait a few minutes, then run phxfly again: it checks what exists and continues.',
	},
	{
		match: /^failed to get lease on VM \S+: .*lease currently held by /,
		code: 'lease-held',
		message: "Another deploy (or an interrupted one) still holds the machine's lease.",
		hint: 'Run phxfly again: it waits for the lease (at most 5 min).',
	},
	{
		match: /\bsmoke checks for \S+ failed: the app appears to be crashing/,
		code: 'app-crashes',
		message: 'The app crashes right after it starts.',
		hint: 'Check the log, fix the cause, then run phxfly again.',
	},
	{
		match:
			/\btimeout reached waiting for machine's state to change|machine failed to reach desired start state/,
		code: 'app-crashes',
		message: 'The machine did not start in time, or its app exits at once.',
		hint: 'Check the log, fix the cause, then run phxfly again.',
	},
	{
		match: /\btimeout reached waiting for health checks to pass/,
		code: 'app-unhealthy',
		message: 'The machine runs, but its health check did not pass in time.',
		hint: 'Compare PORT, internal_port, and the check path in fly.toml, then run phxfly again.',
	},
	{
		match: /\bneeds an unattached volume named |\brequires an unattached '/,
		code: 'volume-elsewhere',
		message: 'No unattached volume with this name in the region.',
		hint: 'fly volumes list shows where it is; phxfly plan shows what phxfly needs.',
	},
	{
		match: new RegExp(`^${noImage}`),
		code: 'build-failed',
		message: 'Fly could not build the image.',
		hint: "Run phxfly again. If it fails the same way, Fly's builder may have a problem: see status.flyio.net.",
	},
	{
		match: /^failed loading app config|^App configuration is not valid/,
		code: 'fly-toml-invalid',
		message: 'flyctl cannot use fly.toml.',
		hint: 'Fix the line flyctl names, then run phxfly again.',
	},
];

/**
Explains a failed flyctl call and what to do about it, by flyctl's own error and never by what a build or the app printed.
An unknown message is shown as it is.

@param command - The argv as text, which never contains secrets.
@param stderr - Already redacted.
*/
export function explainFlyFailure(command: string, stderr: string, exit: number | undefined): Failure {
	const error = isStopped(exit) ? undefined : readReportedError(stderr);
	if (error && buildFailed.test(error.text))
		return explainBuildFailure(stderr, error.text.replace(buildFailed, ''));
	const reported = (error?.text ?? lastLine(stderr)).slice(0, mostQuoted);
	for (const {when, match, code, message, hint} of patterns) {
		if (!error || (when && !when.test(command)) || !match.test(error.words)) continue;
		return new Failure(code, `${message} flyctl said: ${reported}`, {hint});
	}

	const ended = exit === undefined ? 'was stopped' : `ended with ${exit}`;
	return new Failure('flyctl-failed', `fly ${command} ${ended}${reported ? `: ${reported}` : '.'}`, {
		hint: 'Run phxfly again: it checks what exists and continues.',
	});
}

const mostQuoted = 400;

/** Returns whether a signal ended flyctl, which then prints no error. */
const isStopped = (exit: number | undefined) => exit === undefined || exit === 127;

const lastLine = (stderr: string) => stderr.split('\n').findLast(line => line.trim() !== '') ?? '';

/**
The answer to a request was lost, or the request could not be sent. flyctl sends several requests in most calls, so even a
connection that was refused says nothing about the request before it.
*/
const lost: readonly RegExp[] = [
	/\bEOF\b|connection (?:reset|refused|lost|timed out|aborted)|broken pipe|use of closed network connection/i,
	/transport connection broken|server closed (?:idle )?connection|\bhttp2: |\bGOAWAY\b|stream error: stream ID/i,
	/no route to host|network is (?:unreachable|down)|host is down|no such host|server misbehaving/i,
	/timed? ?out|deadline exceeded|(?:context|request) canceled/i,
	/failed decoding response|unexpected end of JSON input|invalid character .* looking for beginning of value/i,
];

/** Fly's servers failed, perhaps after they had acted. */
const serverFailed: readonly RegExp[] = [
	/status(?: code)?:? 5\d\d|returned error 5\d\d|\b50[0234](?:$| (?:internal|bad|service|gateway))/i,
	/internal(?: server)?[ _]error|bad gateway|(?:service|temporarily) unavailable|something went (?:terribly )?wrong/i,
];

const unclear: readonly RegExp[] = [...lost, ...serverFailed, rateLimited];

/** How a call ended. */
type Ending = {
	readonly stderr: string;
	readonly exit: number | undefined;
	readonly endedBy: 'itself' | 'time-out' | 'cancel';
};

/**
Returns whether the failed call may still have changed the account: its answer was lost on its way, or there is none. Only a
look at the account can tell then.
*/
export function isOutcomeUnknown({stderr, exit, endedBy}: Ending): boolean {
	const error = readReportedError(stderr);
	if (endedBy !== 'itself' || isStopped(exit) || !error) return true;
	// An image is built before anything of the app is changed.
	if (error.words.startsWith(noImage)) return false;
	return unclear.some(pattern => pattern.test(error.words));
}

/** Returns whether asking again may help; only for calls that read. */
export function isWorthRepeating(stderr: string): boolean {
	const error = readReportedError(stderr);
	return error !== undefined && unclear.some(pattern => pattern.test(error.words));
}
