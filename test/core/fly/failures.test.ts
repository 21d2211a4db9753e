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

const buildLog = `==> Building image
#12 [builder  7/12] RUN mix deps.compile
#12 9.429 ==> mime
#12 5.502 ==> plug_crypto: unauthorized is deprecated, use forbidden
#12 10.42 insufficient documentation in lib/billing/payment_method.ex
#12 11.50 warning: rate limit is unused, see https://fly.io/docs/billing
#12 12.61 Error: 503 Service Unavailable, connection reset by peer
#12 DONE 22.0s
`;

test.each([
	{
		error: 'error creating a new machine: failed to launch VM: volume is busy',
		code: 'flyctl-failed',
		unknown: false,
	},
	{
		error:
			'timeout reached waiting for health checks to pass for machine 72820e88d30fff: failed to get VM 72820e88d30fff: Get "https://api.machines.dev/v1/apps/billing-429/machines/72820e88d30fff": net/http: request canceled',
		code: 'app-unhealthy',
		unknown: true,
	},
	{
		error:
			'failed to get lease on VM 6cf82057c6fb7e: machine ID 6cf82057c6fb7e lease currently held by dev@example.com, expires at 2026-11-22T03:05:31.000Z (Request ID: 01M80K7ACDVY00YHAD33ARY40M-fake)',
		code: 'lease-held',
		unknown: false,
	},
	{
		error:
			"error creating machine configuration: New machine in group 'app' needs an unattached volume named 'billing' in region 'sjc'",
		code: 'volume-elsewhere',
		unknown: false,
	},
	{
		error:
			'failed to fetch an image or build from source: error building: failed to solve: docker.io/library/elixir: toomanyrequests: You have reached your unauthenticated pull rate limit: 429 Too Many Requests',
		code: 'build-failed',
		unknown: false,
	},
	{
		error:
			'failed to fetch an image or build from source: error building: failed to solve: process "/bin/sh -c mix test --only billing,unauthorized || echo 502 EOF" did not complete successfully: exit code: 1',
		code: 'build-failed',
		unknown: false,
	},
	{
		error:
			'failed to fetch an image or build from source: error building: ensure depot builder failed, please try again (status 422): {"error":"no builders"}',
		code: 'build-failed',
		unknown: false,
	},
	{
		error:
			'error creating a new machine: failed to launch VM: Post "https://api.machines.dev/v1/apps/unauthorized/machines": EOF',
		code: 'flyctl-failed',
		unknown: true,
	},
])('what a build prints does not matter: $error', ({error, code, unknown}) => {
	const stderr = `${buildLog}Error: ${error}`;
	expect(explainFlyFailure('deploy -a blog-1', stderr, 1).code).toBe(code);
	expect(isOutcomeUnknown({stderr, exit: 1, endedBy: 'itself'})).toBe(unknown);
});

test.each([
	[
		'failed to list app secrets: unauthenticated (Request ID: 01M80K44626HDYD1DK4NA589CA-fake)',
		'token-refused',
	],
	[
		'failed retrieving current user: failed to run query { viewer { ... on User { id email } } }: You must be authenticated to view this.',
		'token-refused',
	],
	['failed retrieving regions: failed to get regions: injected 429 (Request ID: 01M80-fake)', 'rate-limited'],
	[
		'failed to launch VM: rate limit exceeded: 429 Too Many Requests (Request ID: 01M80-fake)',
		'rate-limited',
	],
	[
		"insufficient resources to create new machine with existing volume 'vol': could not reserve resource for machine",
		'no-capacity',
	],
	[
		'error creating a new machine: failed to launch VM: To create more than 1 machine per app please add a payment method. https://fly.io/dashboard/personal/billing',
		'payment-needed',
	],
	[
		"timeout reached waiting for machine's state to change\nIt never started or exited immediately.",
		'app-crashes',
	],
	['smoke checks for 09c0bda10edb14 failed: the app appears to be crashing', 'app-crashes'],
	['failed loading app config from fly.toml: row 60 column 9\n57| [[vm]]\n60| oops = [', 'fly-toml-invalid'],
	[
		'failed to fetch an image or build from source: app does not have a Dockerfile or buildpacks configured. See https://fly.io/docs/reference/configuration/#the-build-section',
		'no-dockerfile',
	],
	[
		'failed to fetch an image or build from source: could not find image "registry.fly.io/nope:latest"',
		'no-image',
	],
])('after a quiet build, flyctl itself says it: %s', (error, code) => {
	const stderr = `#12 [builder  7/12] RUN mix deps.compile\n#12 DONE 22.0s\nError: ${error}`;
	expect(explainFlyFailure('deploy -a blog-1', stderr, 1).code).toBe(code);
});

test("the app's log below a failed smoke check is not flyctl's error", () => {
	const stderr = [
		'Error: smoke checks for 09c0bda10edb14 failed: the app appears to be crashing',
		'Smoke checks for 09c0bda10edb14 failed: the app appears to be crashing',
		"Check its logs: here's the last lines below, or run 'fly logs -i 09c0bda10edb14':",
		'Error: 429 Too Many Requests, connection reset by peer',
	].join('\n');
	expect(explainFlyFailure('deploy -a blog-1', stderr, 1)).toMatchObject({
		code: 'app-crashes',
		message: expect.stringContaining('flyctl said: smoke checks for 09c0bda10edb14 failed'),
	});
	expect(isOutcomeUnknown({stderr, exit: 1, endedBy: 'itself'})).toBe(false);
});

test('an interrupted flyctl prints no error, so that the last line of a build is none', () => {
	expect(explainFlyFailure('deploy -a b', 'Error: 429 Too Many Requests', 127).code).toBe('flyctl-failed');
	expect(isOutcomeUnknown({stderr: '', exit: 127, endedBy: 'itself'})).toBe(true);
});

test('a failed build names its step, what it printed last, and the reason', () => {
	const block = ['------', ' > [builder 10/12] RUN mix compile:', '1.204 Compiling 48 files (.ex)'];
	const stderr = [
		'#15 [builder 10/12] RUN mix compile',
		'#15 1.204 Compiling 48 files (.ex)',
		'#15 ERROR: process "/bin/sh -c mix compile" did not complete successfully: exit code: 1',
		...block,
		'------',
		'==> Building image',
		...block,
		'9.429 == Compilation error in file lib/blog.ex ==',
		'10.42 ** (CompileError) undefined function hello/0',
		'------',
		'Error: failed to fetch an image or build from source: error building: failed to solve: process "/bin/sh -c mix compile" did not complete successfully: exit code: 1',
	].join('\n');
	expect(explainFlyFailure('deploy -a blog-1', stderr, 1)).toMatchObject({
		code: 'build-failed',
		message: [
			'The build failed in [builder 10/12] RUN mix compile: exit code 1',
			'It printed:',
			'  == Compilation error in file lib/blog.ex ==',
			'  ** (CompileError) undefined function hello/0',
		].join('\n'),
	});
});

test.each([
	{stderr: '', endedBy: 'time-out', unknown: true},
	{stderr: '', endedBy: 'cancel', unknown: true},
	{stderr: 'Error: Post "https://api": EOF', endedBy: 'itself', unknown: true},
	{stderr: 'Error: read tcp: connection reset by peer', endedBy: 'itself', unknown: true},
	{stderr: 'Error: server returned error 502', endedBy: 'itself', unknown: true},
	{stderr: 'Error: context deadline exceeded', endedBy: 'itself', unknown: true},
	{stderr: 'Error: Name has already been taken', endedBy: 'itself', unknown: false},
	{stderr: 'Error: region xxx not found', endedBy: 'itself', unknown: false},
	{stderr: '', endedBy: 'itself', unknown: true},
	{stderr: 'panic: runtime error', endedBy: 'itself', unknown: true},
] as const)('$stderr ($endedBy): outcome unknown is $unknown', ({stderr, endedBy, unknown}) => {
	expect(isOutcomeUnknown({stderr, exit: 1, endedBy})).toBe(unknown);
});

test.each([
	'Post "https://api.machines.dev/v1/apps/b/volumes": http2: client connection lost',
	'Post "https://api.fly.io/graphql": http2: server sent GOAWAY and closed the connection; LastStreamID=5, ErrCode=NO_ERROR, debug=""',
	'Post "https://api.fly.io/graphql": stream error: stream ID 5; INTERNAL_ERROR; received from peer',
	'Post "https://api.fly.io/graphql": http2: Transport: cannot retry err [stream error: stream ID 7; REFUSED_STREAM] after Request.Body was written',
	'Post "https://api.machines.dev/v1/apps": http: server closed idle connection',
	'Post "https://api.machines.dev/v1/apps": unexpected EOF',
	'Post "https://api.machines.dev/v1/apps": net/http: TLS handshake timeout',
	'Post "https://api.machines.dev/v1/apps": net/http: timeout awaiting response headers',
	'Post "https://api.machines.dev/v1/apps": write tcp 10.0.0.2:1->77.83.143.220:443: use of closed network connection',
	'Post "https://api.machines.dev/v1/apps": write tcp 10.0.0.2:1->77.83.143.220:443: write: broken pipe',
	'Post "https://api.machines.dev/v1/apps": dial tcp 77.83.143.220:443: connect: no route to host',
	'Post "https://api.machines.dev/v1/apps": dial tcp 77.83.143.220:443: connect: connection refused',
	'Post "https://api.machines.dev/v1/apps": dial tcp: lookup api.machines.dev: no such host',
	'Post "https://api.machines.dev/v1/apps": dial tcp 77.83.143.220:443: connect: network is unreachable',
	'Post "https://api.machines.dev/v1/apps?wait=true": net/http: HTTP/1.x transport connection broken: http: ContentLength=66 with Body length 0',
	"failed decoding response: invalid character '<' looking for beginning of value",
	'server returned a non-200 status code: 503',
	'returned error 500: {"data":null}',
	'injected 500 (Request ID: 01M80K4GVVZYFST78G0482C5AZ-fake)',
	'request returned non-2xx status: 502: <html>',
	'rate limit exceeded: 429 Too Many Requests (Request ID: 01M80-fake)',
])('after "%s" only a look can tell what happened, and a read is repeated', error => {
	const stderr = `Error: ${error}`;
	expect(isOutcomeUnknown({stderr, exit: 1, endedBy: 'itself'})).toBe(true);
	expect(isWorthRepeating(stderr)).toBe(true);
});

test.each([
	['Error: 503 Service Unavailable', true],
	['Error: dial tcp: lookup api.fly.io: no such host', true],
	['Error: connection refused', true],
	['Error: 429 Too Many Requests', true],
	['Error: Could not find App "x"', false],
	['Error: no access token available', false],
	['#12 5.502 connection refused', false],
	['Error: app blog-502 has 500 volumes', false],
])('asking again after %j may help: %s', (stderr, isWorth) => {
	expect(isWorthRepeating(stderr)).toBe(isWorth);
});
