import {expect, test} from 'vitest';
import {questions} from '../../../source/cli/registry.ts';
import {explainFlyFailure, isOutcomeUnknown, isWorthRepeating} from '../../../source/core/fly/failures.ts';

test.each([
	{
		command: 'auth whoami',
		said: "Error: no access token available. Please login with 'flyctl auth login'",
		code: 'not-logged-in',
		exit: 'flyctl',
	},
	{
		command: 'orgs list',
		said: 'Error: failed to list orgs: You must be authenticated to view this.',
		code: 'token-refused',
		exit: 'flyctl',
	},
	{command: 'deploy', said: 'Error: unknown flag: --dns-checks', code: 'flyctl-too-old', exit: 'flyctl'},
	{
		command: 'apps create blog --org o',
		said: 'Error: failed creating app: Validation failed: Name has already been taken',
		code: 'name-taken',
		exit: 'usage',
		question: 'app',
	},
	{
		command: 'storage create -a b --name x',
		said: 'Error: Name has already been taken',
		code: 'bucket-name-taken',
		exit: 'usage',
		question: 'bucket',
	},
	{
		command: 'certs add h -a b',
		said: 'Error: Hostname already in use by another app',
		code: 'host-on-another-app',
		exit: 'usage',
		question: 'domain',
	},
	{
		command: 'volumes create',
		said: 'Error: region xxx not found',
		code: 'region-refused',
		exit: 'usage',
		question: 'region',
	},
	{
		command: 'deploy',
		said: 'Error: failed to get lease on VM 123: lease currently held by x',
		code: 'lease-held',
		exit: 'failed',
	},
	{
		command: 'deploy',
		said: 'Error: failed to fetch an image or build from source: exit 1',
		code: 'build-failed',
		exit: 'failed',
	},
	{
		command: 'deploy',
		said: 'Error: insufficient resources available to fulfill request',
		code: 'no-capacity',
		exit: 'failed',
	},
	{
		command: 'deploy',
		said: 'Error: We need your payment information to continue! Add a credit card',
		code: 'payment-needed',
		exit: 'failed',
	},
	{
		command: 'deploy',
		said: 'Error: machine needs an unattached volume named wisp_data in region sjc',
		code: 'volume-elsewhere',
		exit: 'drift',
	},
	{command: 'deploy', said: 'Error: something new', code: 'flyctl-failed', exit: 'failed'},
])('$said of $command is $code', ({command, said, code, exit, question}) => {
	const failure = explainFlyFailure(command, `some talk\n${said}\n`, 1);
	expect(failure).toMatchObject({code, exit});
	expect(questions.find(({fixes}) => fixes?.some(fixed => fixed === code))?.id).toBe(question);
	expect(failure.message).toContain(said.replace('Error: ', ''));
	expect(failure.hint).not.toBe('');
});

test('"taken" means a name only for a command with a name', () => {
	expect(explainFlyFailure('volumes create x', 'Error: Name has already been taken', 1).code).toBe(
		'flyctl-failed',
	);
});

test('an unknown failure shows the call, the exit code and the last error without query and ids', () => {
	const stderr =
		'Error: old\nError: failed to run query($x: Y) { a }: Could not do it (Request ID: 01ABC)\n(trailing)';
	expect(explainFlyFailure('apps x', stderr, 7).message).toBe('fly apps x ended with 7: Could not do it');
	expect(explainFlyFailure('apps x', '', undefined).message).toBe('fly apps x was stopped.');
});

test('a very long message is cut', () => {
	expect(explainFlyFailure('x', `Error: ${'y'.repeat(100_000)}`, 1).message.length).toBeLessThan(600);
});

test.each([
	{stderr: '', endedBy: 'time-out', unknown: true},
	{stderr: '', endedBy: 'cancel', unknown: true},
	{stderr: 'Error: Post "https://api": EOF', endedBy: 'itself', unknown: true},
	{stderr: 'read tcp: connection reset by peer', endedBy: 'itself', unknown: true},
	{stderr: 'Error: server returned error 502', endedBy: 'itself', unknown: true},
	{stderr: 'context deadline exceeded', endedBy: 'itself', unknown: true},
	{stderr: 'Error: Name has already been taken', endedBy: 'itself', unknown: false},
	{stderr: 'Error: region xxx not found', endedBy: 'itself', unknown: false},
	{stderr: '', endedBy: 'itself', unknown: false},
] as const)('$stderr ($endedBy): outcome unknown is $unknown', ({stderr, endedBy, unknown}) => {
	expect(isOutcomeUnknown(stderr, endedBy)).toBe(unknown);
});

test.each([
	['Error: 503 Service Unavailable', true],
	['dial tcp: lookup api.fly.io: no such host', true],
	['connection refused', true],
	['429 Too Many Requests', true],
	['Error: Could not find App "x"', false],
	['Error: no access token available', false],
])('asking again after %j may help: %s', (stderr, isWorth) => {
	expect(isWorthRepeating(stderr)).toBe(isWorth);
});
