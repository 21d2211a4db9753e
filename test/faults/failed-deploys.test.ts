import {afterEach, beforeEach, expect, test} from 'vitest';
import {describeEnd, openSetup, type Setup} from './faulty-setup.ts';

let setup: Setup;
beforeEach(() => {
	setup = openSetup();
});
afterEach(() => setup.close());

const edit = (path: string, from: string | RegExp, to: string) => {
	const text = setup.files.get(path) ?? '';
	const edited = text.replace(from, to);
	if (edited === text) throw new Error(`${path} has no ${from}`);
	setup.files.set(path, edited);
};
const failureOf = async (run: ReturnType<Setup['run']>) => {
	const end = await run;
	if (end.is !== 'failed') throw new Error(`It did not fail: ${JSON.stringify(end)}`);
	return end.failure;
};

test('a build that fails is not a rate limit: it names the step, its last lines and the line of the Dockerfile', async () => {
	edit('Dockerfile', 'RUN mix compile\n', 'RUN echo "no module" && exit 1\nRUN mix compile\n');
	const line =
		(setup.files.get('Dockerfile') ?? '').split('\n').indexOf('RUN echo "no module" && exit 1') + 1;
	const {code, message, hint} = await failureOf(setup.run());
	expect(code).toBe('build-failed');
	expect(message.split('\n')).toEqual([
		expect.stringContaining(
			`The build failed in [builder 11/17] RUN echo "no module" && exit 1 (Dockerfile:${line}): exit code 1`,
		),
		'It printed:',
		'  no module',
	]);
	expect(hint).toContain('fly deploy --build-only -a blog-1');

	edit('Dockerfile', 'RUN echo "no module" && exit 1\n', '');
	expect(describeEnd(await setup.run())).toBe('0');
});

test('a health check that never passes is not a rate limit: it names the path and what Fly says of the check', async () => {
	edit('fly.toml', 'path = "/health"', 'path = "/never/ok"');
	const {code, message} = await failureOf(setup.run());
	expect(code).toBe('app-unhealthy');
	expect(message.split('\n').slice(1)).toEqual([
		'fly.toml checks the path /never/ok.',
		expect.stringMatching(/^servicecheck-00-http-8080 is critical: HTTP GET .*: 404 Not Found$/),
	]);
});

test('what a lost HTTP/2 connection created is found again, and is created once', async () => {
	const creating = ['apps create', 'volumes create', 'storage create', 'certs add'];
	const faults = creating.map(command => ({command, fault: 'connection-lost' as const, on: 1}));
	expect(describeEnd(await setup.run(faults))).toBe('0');
	for (const command of creating)
		expect(setup.changes().filter(change => change === command)).toHaveLength(1);
});

test('a deploy is not "already done" while the released configuration cannot be read', async () => {
	expect(describeEnd(await setup.run())).toBe('0');
	edit('fly.toml', /POOL_SIZE = .*/, 'POOL_SIZE = "3"');
	const before = setup.changes().length;
	const faults = [{command: 'config show', fault: 'app-not-found' as const}];
	expect(await failureOf(setup.run(faults))).toMatchObject({
		code: 'flyctl-failed',
		message: expect.stringContaining('app not found'),
	});
	expect(setup.changes().slice(before)).toEqual([]);
	expect(describeEnd(await setup.run())).toBe('0');
	expect(setup.changes().slice(before)).toContain('deploy -a');
});
