import {afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {FaultName} from '../../source/rehearsal/engine/faults.ts';
import {describeEnd, openSetup, type Setup} from './faulty-setup.ts';

const changing = [
	...['apps create', 'volumes create', 'secrets import', 'storage create', 'ips allocate-v6'],
	...['ips allocate-v4', 'certs add', 'deploy'],
];
const reading = [
	...['auth whoami', 'orgs list', 'platform regions', 'status', 'volumes list', 'secrets list'],
	...['storage status', 'ips list', 'certs list', 'certs check', 'releases', 'machine list', 'checks list'],
];

let setup: Setup;
afterEach(() => setup.close());

let wanted: ReturnType<Setup['state']>;
beforeAll(async () => {
	setup = openSetup();
	expect(describeEnd(await setup.run())).toBe('0');
	await setup.wait(900_000);
	wanted = setup.state();
	setup.close();
}, 120_000);

/** Runs again until it succeeds, as a person would. @returns How each run ended. */
async function runUntilDone(most = 4): Promise<readonly string[]> {
	const ends: string[] = [];
	for (let run = 0; run < most && ends.at(-1) !== '0'; run++) ends.push(describeEnd(await setup.run()));
	await setup.wait(900_000);
	return ends;
}

/** How the faulty run may end, and whether the world is then right if it ends with 0. */
async function expectHarmless(command: string, fault: FaultName, on: number, allowed: RegExp): Promise<void> {
	setup = openSetup();
	const first = describeEnd(await setup.run([{command, fault, on}]));
	const ends = first === '0' ? [] : await runUntilDone();
	await setup.wait(900_000);
	const isStruck = setup.world.calls.filter(({argv}) => argv.join(' ').startsWith(command)).length >= on;
	if (!isStruck) expect(first).toBe('0');
	else
		expect({command, first: allowed.test(first) ? 'as allowed' : first, last: ends.at(-1) ?? '0'}).toEqual({
			command,
			first: 'as allowed',
			last: '0',
		});
	expect(setup.state()).toEqual(wanted);
	setup.close();
}

describe('a changing call', () => {
	const cases: readonly (readonly [FaultName, RegExp])[] = [
		['5xx', /^(0|flyctl-failed)$/],
		['reset', /^(0|flyctl-failed)$/],
		['lost', /^0$/],
		['hang', /^(0|flyctl-failed)$/],
		['rate-limit', /^(0|flyctl-failed|rate-limited)$/],
		['logged-out', /^not-logged-in$/],
		['payment-needed', /^payment-needed$/],
		['garbage', /^0$/],
		['half-json', /^0$/],
		['empty-list', /^0$/],
		['other-case', /^0$/],
	];
	test.each(cases)('%s: nothing twice, nothing lost', async (fault, allowed) => {
		for (const command of changing) await expectHarmless(command, fault, 1, allowed);
	});
});

describe('a read', () => {
	const cases: readonly (readonly [FaultName, RegExp])[] = [
		// phxfly repeats these after a pause.
		['5xx', /^0$/],
		['reset', /^0$/],
		['rate-limit', /^0$/],
		['lost', /^0$/],
		['hang', /^0$/],
		['logged-out', /^not-logged-in$/],
		// These faults do not change an error, or an answer without names.
		['garbage', /^(0|flyctl-not-understood)$/],
		['half-json', /^(0|flyctl-not-understood)$/],
		['other-case', /^(0|flyctl-not-understood|answer-refused)$/],
	];
	test.each(cases)('%s: nothing twice, nothing lost', async (fault, allowed) => {
		for (const [index, command] of reading.entries()) {
			// The first answer of one and the second of the next: both kinds, in half the time.
			await expectHarmless(command, fault, 1 + (index % 2), allowed);
		}
	});
});

/** The step that must not act on what it could not read. */
const readers = {
	'auth whoami': 'apps create',
	'orgs list': 'apps create',
	'platform regions': 'apps create',
	status: 'volumes create',
	'volumes list': 'volumes create',
	'secrets list': 'secrets import',
	'storage status': 'storage create',
	'ips list': 'ips allocate-v6',
	'certs list': 'certs add',
	releases: 'deploy',
	'machine list': 'deploy',
} as const;

test.each(Object.entries(readers))('%s not understood: no %s', async (command, change) => {
	setup = openSetup();
	const always = [{command, fault: 'garbage' as const}];
	if (command === 'status' || command === 'storage status') {
		// On an empty account they answer with an error, as they should.
		await setup.run([{command: 'ips allocate', fault: 'logged-out'}]);
		setup.world.volumes.length = 0;
	}

	const before = setup.changes().length;
	const end = await setup.run(always);
	expect(describeEnd(end)).toBe('flyctl-not-understood');
	expect(end.is === 'failed' && end.failure.message).toContain(`fly ${command}`);
	expect(setup.changes().slice(before)).not.toContain(change);
	expect(setup.readSample()).toContain('502 Bad Gateway');
});
