import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {rehearseArgs} from '../helpers/answers.ts';
import {openFinished} from '../helpers/finished-worlds.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {
	asChildren,
	type Ended,
	listProcesses,
	openRehearsal,
	type Rehearsal,
	type Running,
	readTree,
} from '../helpers/rehearsal.ts';

// For a computer that does much else meanwhile; nothing here waits for a time.
vi.setConfig({testTimeout: 420_000, hookTimeout: 180_000});

/** How the built-in Fly runs. Inside phxfly it dies with it, and half a call is left; as a child it continues. */
const modes = {
	'as children': {args: rehearseArgs(40), env: asChildren},
	'in process': {args: rehearseArgs(20), env: {}},
} satisfies Record<string, {args: readonly string[]; env: Readonly<Record<string, string>>}>;

type Moment = {
	readonly name: string;
	readonly isNow: (running: Running, rehearsal: Rehearsal) => boolean;
};

const isStep =
	(id: string, ...statuses: readonly string[]) =>
	(running: Running) =>
		running.events.some(
			event => event.type === 'step-changed' && event.id === id && statuses.includes(event.status ?? ''),
		);

/** The call is under way; or its step ended already, because the call of a killed run landed. */
const isActing = (id: string, ...words: readonly string[]): Moment => ({
	name: `${id} acting`,
	isNow: (running, rehearsal) =>
		isStep(id, 'done', 'already-done')(running) ||
		(isStep(id, 'running')(running) && rehearsal.isCalling(...words)),
});

const looksAt = (id: string): Moment => ({name: `${id} looking`, isNow: isStep(id, 'looking')});
const runs = (id: string): Moment => ({name: `${id} running`, isNow: isStep(id, 'running', 'already-done')});
const prints = (id: string, line: RegExp): Moment => ({
	name: `${id} prints ${line}`,
	isNow: ({events}) =>
		events.some(event => event.type === 'line-printed' && event.id === id && line.test(event.line ?? '')),
});
const threeOf = (id: string, ...words: readonly string[]) => [looksAt(id), runs(id), isActing(id, ...words)];

/** Each is one project, killed at every moment in turn, then run to its end. Steps of one line do not overtake one another. */
const scenarios: readonly (readonly [string, readonly Moment[]])[] = [
	[
		'create-app and write-files',
		[
			...threeOf('create-app', 'apps', 'create'),
			...[looksAt('write-files'), runs('write-files')],
			{
				name: 'write-files, one file written',
				isNow: (running, rehearsal) =>
					isStep('write-files', 'done', 'already-done')(running) ||
					existsSync(join(rehearsal.stateFolder(), 'backups')),
			},
		],
	],
	[
		'create-volume and add-certificate',
		[...threeOf('create-volume', 'volumes', 'create'), ...threeOf('add-certificate', 'certs', 'add')],
	],
	[
		'the steps that share the secrets',
		[
			...threeOf('create-bucket', 'storage', 'create'),
			...threeOf('set-secrets', 'secrets', 'import'),
			...threeOf('set-storage-secrets', 'secrets', 'import'),
		],
	],
	[
		'allocate-addresses and deploy',
		[
			...threeOf('allocate-addresses', 'ips'),
			...threeOf('deploy', 'deploy'),
			prints('deploy', /#12 /),
			prints('deploy', /Machine \w+ \[app\] was created/),
			{name: 'verify', isNow: ({events}) => events.some(({type}) => type === 'check-changed')},
		],
	],
];

let wanted: ReturnType<typeof normaliseWorld>;
let wantedFiles: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
	const rehearsal = await openFinished('tigris');
	wanted = normaliseWorld(rehearsal.world());
	wantedFiles = readTree(join(rehearsal.stateFolder(), 'project'));
	await rehearsal.close();
});

/** The sha256 of SECRET_KEY_BASE as it was when it was first listed. */
const readKeyBase = (rehearsal: Rehearsal) =>
	existsSync(rehearsal.worldPath)
		? rehearsal.world().secrets.find(({name}) => name === 'SECRET_KEY_BASE')?.sha256
		: undefined;

async function killAt(
	{name, isNow}: Moment,
	rehearsal: Rehearsal,
	{args, env}: (typeof modes)[keyof typeof modes],
): Promise<void> {
	const running = rehearsal.start(args, {env});
	await running.until(() => isNow(running, rehearsal));
	running.kill('SIGKILL');
	const {exit, strayLines} = await running.ended;
	expect({name, exit}).toEqual({name, exit: undefined});
	// The kill may cut a line, no more.
	expect(strayLines.length).toBeLessThanOrEqual(1);
}

function expectNothingLeft(rehearsal: Rehearsal): void {
	const folder = rehearsal.stateFolder();
	const left = readdirSync(folder).filter(name => /^fly-|^journal\.json\.|^lock/.test(name));
	expect(left).toEqual([]);
	const journal = JSON.parse(readFileSync(join(folder, 'journal.json'), 'utf8')) as {
		apps: unknown;
		probes: unknown;
	};
	expect(journal).toMatchObject({apps: [{calls: []}], probes: []});
	expect(listProcesses(rehearsal.worldPath)).toEqual([]);
}

function expectAsUndisturbed(rehearsal: Rehearsal, end: Ended): void {
	expect(end.events.at(-1)).toMatchObject({type: 'finished', exit: 0});
	expect(end.exit).toBe(0);
	expect(normaliseWorld(rehearsal.world())).toEqual(wanted);
	expect(readTree(join(rehearsal.stateFolder(), 'project'))).toEqual(wantedFiles);
	expectNothingLeft(rehearsal);
}

describe.concurrent.each(['as children', 'in process'] as const)(
	'SIGKILL, then the same command until it is finished; flyctl runs %s',
	mode => {
		const {env} = modes[mode];
		// Side by side, only its own context knows when a test ends.
		test.for(scenarios)('%s', async ([, moments], {onTestFinished}) => {
			const rehearsal = openRehearsal();
			onTestFinished(() => rehearsal.close());
			let keyBase: string | undefined;
			for (const moment of moments) {
				await killAt(moment, rehearsal, modes[mode]);
				const now = readKeyBase(rehearsal);
				if (keyBase !== undefined) expect(now).toBe(keyBase);
				keyBase = now;
			}

			expectAsUndisturbed(rehearsal, await rehearsal.run(rehearseArgs(400), {env}));
			if (keyBase !== undefined) expect(readKeyBase(rehearsal)).toBe(keyBase);
		});
	},
);

test('a flyctl that outlived its wizard is ended before anything is looked at', {
	timeout: 120_000,
}, async () => {
	const rehearsal = openRehearsal();
	onTestFinished(() => rehearsal.close());
	const atSpeed = (speed: number) => rehearsal.start(rehearseArgs(speed), {env: asChildren});
	const quick = atSpeed(100);
	await quick.until(() => isStep('create-bucket', 'looking')(quick));
	quick.kill('SIGKILL');
	await quick.ended;

	// In real time, and then held: it is still at it when the next wizard looks, however busy this computer is.
	const slow = atSpeed(1);
	await slow.untilEvent(({line = ''}) => line.includes('agreed to the terms'));
	slow.kill('SIGKILL');
	await slow.ended;
	const orphans = listProcesses(rehearsal.worldPath);
	for (const pid of orphans) process.kill(pid, 'SIGSTOP');
	expect(orphans.length).toBeGreaterThan(0);

	const next = atSpeed(100);
	await next.untilEvent(({type, id}) => type === 'step-changed' && id === 'create-app');
	const lines = next.events.filter(({type}) => type === 'line-printed').map(({line}) => line);
	expect(lines).toContainEqual(
		expect.stringMatching(/^Stopped `fly storage create .*`, which an earlier run had left running\.$/),
	);
	expect(orphans.filter(pid => listProcesses(rehearsal.worldPath).includes(pid))).toEqual([]);
	expect(rehearsal.world().buckets).toEqual([]);
	await next.untilEvent(({id, status}) => id === 'create-bucket' && status === 'done');
	expect(rehearsal.world().buckets).toHaveLength(1);
	next.kill('SIGKILL');
	await next.ended;
});
