import {expect, test} from 'vitest';
import {monitor} from '../../../source/checks/verify/monitor.ts';
import type {Readers} from '../../../source/core/readers.ts';
import {makePlan} from '../../helpers/make-plan.ts';

const nowMs = Date.parse('2026-08-21T10:00:00Z');
const plan = makePlan({profile: 'wisp', provider: 'tigris', answers: {heartbeat: 'given'}}).context;
const secretUrl = 'https://monitor.example.com/ping/0f1e2d3c';
const failed = (time: string, error: string) =>
	`2026-08-21T09:59Z app[m1] time=${time} level=ERROR msg="heartbeat ping failed" system=store url=${secretUrl} error=${error}`;

function check({
	version = 'v0.5.17',
	secrets = ['LITESTREAM_HEARTBEAT_URL'],
	logs = [],
	state = 'started',
}: {
	readonly version?: string;
	readonly secrets?: readonly string[];
	readonly logs?: readonly string[];
	readonly state?: string;
} = {}) {
	const fly = {
		listMachines: async () => [{id: 'm1', state, config: {metadata: {fly_process_group: 'app'}}}],
		exec: async (_app: string, _machine: string, command: string) =>
			command.endsWith('version')
				? {exit_code: 0, stdout: `${version}\n`, stderr: ''}
				: {exit_code: 0, stdout: '1\n', stderr: ''},
		listSecrets: async () => secrets.map(name => ({name, digest: 'd', status: 'Deployed'})),
		lastLogs: async () => logs,
	};
	return monitor.check(plan, {fly, clock: {now: () => nowMs}} as unknown as Readers);
}

test('is there for a heartbeat that Litestream may send', () => {
	expect(monitor.isNeeded(plan)).toBe(true);
	expect(monitor.isNeeded(makePlan({profile: 'wisp', provider: 'tigris'}).context)).toBe(false);
	const files = plan.files.map(file => ({...file, after: file.after.replaceAll('0.5.17', '0.3.13')}));
	expect(monitor.isNeeded({...plan, files})).toBe(false);
});

test('says that Litestream pings', async () => {
	expect(await check()).toEqual({
		status: 'proved',
		detail: 'Litestream 0.5.17 pings the monitor while its syncs succeed',
	});
});

test.each([
	[{version: 'v0.3.13'}, 'wrong', 'the machine has Litestream 0.3.13, which sends no heartbeat'],
	[{version: 'v0.5.5'}, 'wrong', 'the machine has Litestream 0.5.5, which sends no heartbeat'],
	[{secrets: ['PHX_HOST']}, 'wrong', 'LITESTREAM_HEARTBEAT_URL is not set'],
	[{state: 'stopped'}, 'could-not-tell', 'no machine is started'],
])('%j is %s', async (given, status, detail) => {
	expect(await check(given)).toMatchObject({status, detail});
});

test.each([
	['"unexpected status code: 404"', 'it answered 404'],
	[`"http request: Get \\"${secretUrl}\\": dial tcp: i/o timeout"`, 'the machine cannot reach it'],
])('a ping that failed just now is named, without the URL (%s)', async (error, words) => {
	const result = await check({logs: [failed('2026-08-21T09:57:00Z', error)]});
	expect(result).toMatchObject({
		status: 'could-not-tell',
		detail: `the monitor did not take the last ping of Litestream: ${words}`,
	});
	expect(JSON.stringify(result)).not.toContain(secretUrl);
});

test('one that failed long ago is not news', async () => {
	expect(
		await check({logs: [failed('2026-08-21T09:40:00Z', '"unexpected status code: 404"')]}),
	).toMatchObject({
		status: 'proved',
	});
});
