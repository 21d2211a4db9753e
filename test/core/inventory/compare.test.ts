import {describe, expect, test} from 'vitest';
import {providers, steps} from '../../../source/cli/registry.ts';
import type {Inventory} from '../../../source/core/fly/inventory.ts';
import {compareInventory, type Remembered} from '../../../source/core/inventory/compare.ts';
import {listInventory} from '../../../source/core/inventory/inventory.ts';
import {describeJournal, writeStatusText} from '../../../source/core/inventory/status-text.ts';
import {startSection} from '../../../source/core/journal.ts';
import {sumCosts} from '../../../source/core/plan/cost.ts';
import {textWidth} from '../../../source/core/text/width.ts';
import {buildCertificate, buildMachine, buildVolume, inventory} from '../../helpers/inventory.ts';

const flag = (value: string) => ({value, origin: '--flag'});
const journal: Remembered = {
	...startSection('blog-1', 'personal'),
	answers: {region: flag('sjc'), 'vm-memory': flag('1024'), 'volume-size': flag('1'), prefix: flag('none')},
	ids: {
		...{'create-app': 'blog-1', 'create-volume': 'vol_1', 'create-bucket': 'blog-1-store'},
		...{'allocate-addresses': 'IPv6 and IPv4', 'add-certificate': 'blog.example.com', deploy: 'release 1'},
	},
	made: [
		{step: 'create-app', id: 'blog-1'},
		{step: 'create-volume', id: 'vol_1'},
	],
	secrets: {SECRET_KEY_BASE: {digest: 'd1', salt: '', fingerprint: ''}},
};

test('nothing differs in an unchanged account, even after a later release', () => {
	expect(compareInventory(inventory, journal, steps, [])).toEqual([]);
	expect(compareInventory(inventory, undefined, steps, [])).toEqual([]);
});

const cases: readonly (readonly [string, Partial<Inventory>, readonly string[]])[] = [
	['no app', {status: undefined}, ['app blog-1: only in the journal -> run phxfly to set it up again']],
	['no machine', {machines: []}, ['machine the one machine: only in the journal -> phxfly deploy']],
	[
		'a second machine: the one with the volume stays',
		{machines: [buildMachine('m0'), buildMachine('m1')]},
		['machine m0: only here -> fly machine destroy m0 --force -a blog-1'],
	],
	[
		'a machine that no deploy made',
		{machines: [buildMachine('m1'), buildMachine('m2', false)]},
		['machine m2: only here -> fly machine destroy m2 --force -a blog-1'],
	],
	[
		'a stopped machine',
		{machines: [{...buildMachine('m1'), state: 'stopped'}]},
		['machine m1: changed -> fly machine start m1 -a blog-1'],
	],
	[
		'another volume of the same name',
		{volumes: [buildVolume('vol_2', 1, 'm1')]},
		[
			'volume vol_1: only in the journal -> run phxfly to create a new one and restore the replica',
			'volume vol_2: only here -> fly volumes destroy vol_2 -a blog-1, if it contains nothing you need',
		],
	],
	[
		'a grown volume',
		{volumes: [buildVolume('vol_1', 3, 'm1')]},
		['volume vol_1: changed -> phxfly --volume-size 3'],
	],
	[
		'a volume without a machine, or with one that no deploy made',
		{volumes: [buildVolume('vol_1', 1, null)]},
		['volume vol_1: changed -> phxfly verify'],
	],
	['no bucket', {bucket: undefined}, ['bucket blog-1-store: only in the journal -> phxfly']],
	['no IPv6', {addresses: inventory.addresses.slice(1)}, ['address IPv6: only in the journal -> phxfly']],
	[
		'another certificate',
		{certificates: [buildCertificate('other.example.com')]},
		[
			'certificate blog.example.com: only in the journal -> phxfly',
			'certificate other.example.com: only here -> fly certs remove other.example.com -a blog-1',
		],
	],
	[
		'a secret that somebody else set, and one that is staged',
		{
			secrets: [
				{name: 'SECRET_KEY_BASE', digest: 'd2', status: 'Deployed'},
				{name: 'OTHER', digest: 'd3', status: 'Staged'},
			],
		},
		[
			'secret SECRET_KEY_BASE: changed -> run phxfly with its value to set it again',
			'secret OTHER: changed -> phxfly deploy',
		],
	],
	[
		'an interrupted release',
		{release: {ID: 'r', Version: 4, Status: 'interrupted', ImageRef: '', CreatedAt: ''}},
		['release 4: changed -> phxfly deploy'],
	],
	[
		'a list that could not be read says nothing',
		{machines: [], unread: [{kind: 'machine', why: 'time-out', exit: 'failed'}]},
		[],
	],
];

test.each(cases)('%s', (_, change, wanted) => {
	const differences = compareInventory({...inventory, ...change}, journal, steps, []);
	expect(differences.map(({kind, id, is, next}) => `${kind} ${id}: ${is} -> ${next}`)).toEqual(wanted);
	for (const {detail} of differences) expect(detail).not.toBe('');
});

test('a bucket, a certificate and a machine that replaced ours are not the ones phxfly created', () => {
	const mark = '2026-11-22T10:00:00Z';
	const made = [
		{step: 'create-bucket', id: 'blog-1-store', mark: 'k1'},
		{step: 'add-certificate', id: 'blog.example.com', mark},
		{step: 'deploy', id: 'm1', mark},
	];
	const key = (digest: string) => ({name: 'AWS_ACCESS_KEY_ID', digest, status: 'Deployed'});
	const found = {...inventory, secrets: [...inventory.secrets, key('k1')]};
	const compare = (change: Partial<Inventory>) =>
		compareInventory({...found, ...change}, {...journal, made}, steps, []).map(
			({kind, id, is}) => `${kind} ${id}: ${is}`,
		);
	expect(compare({})).toEqual([]);
	expect(compare({secrets: [...inventory.secrets, key('k2')]})).toEqual(['bucket blog-1-store: changed']);
	const later = {...buildCertificate('blog.example.com'), created_at: '2026-11-25T10:00:00Z'};
	expect(compare({certificates: [later]})).toEqual(['certificate blog.example.com: changed']);
	const other = {machines: [buildMachine('m9')], volumes: [buildVolume('vol_1', 1, 'm9')]};
	expect(compare(other)).toEqual(['machine m9: changed']);
});

test('names the key and the command for an undeployed fly.toml', () => {
	expect(compareInventory(inventory, undefined, steps, ['env.POOL_SIZE'])).toMatchObject([
		{kind: 'fly.toml', id: 'env.POOL_SIZE', is: 'changed', next: 'phxfly deploy'},
	]);
});

describe.each([80, 40])('in %d columns', width => {
	const resources = listInventory(inventory, journal, providers);
	const text = writeStatusText(
		{
			headline: 'blog-1 in personal, as a@example.com sees it.',
			resources,
			cost: sumCosts(resources.flatMap(({cost}) => cost ?? [])),
			remembered: describeJournal({...journal, account: {email: 'a@example.com'}, runAtMs: 0}, [
				'create-app',
				'create-volume',
			]),
			differences: compareInventory({...inventory, machines: []}, journal, steps, []),
			unread: [
				{kind: 'secrets', why: 'flyctl could not be asked just now, and says why at length', exit: 'failed'},
			],
		},
		width,
	);

	test('no line is wider, and rows form columns', () => {
		const lines = text.split('\n');
		expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
		const at = (id: string) => lines.find(line => line.includes(id))?.indexOf(id);
		expect(at('vol_1')).toBe(at('m1'));
		expect(lines.some(line => /^volume +vol_1 +wisp_data/.test(line))).toBe(width >= 64);
	});

	test('the bucket costs what is kept in it too, as in a plan', () => {
		const kept = {days: 7, snapshots: 8, changes: 3};
		const bucket = listInventory(inventory, journal, providers, kept).find(({kind}) => kind === 'bucket');
		expect(bucket?.cost).toMatchObject({monthlyUsd: 1.36, low: 0, high: 2.72});
	});

	test('has every price, what was recorded, what differs, and the next command', () => {
		const flat = text.replaceAll(/\s+/g, ' ');
		for (const part of [
			...['$6.79 a month', '$0.15 a month', '$0.00 to 2.50 a month', 'About $8.19 a month'],
			...[
				'started as a@example.com in personal',
				'1970-01-01 00:00 UTC',
				'create-volume: vol_1 (created here)',
			],
			...['1 difference:', 'next: phxfly deploy', 'Could not read: secrets.'],
		])
			expect(flat).toContain(part);
	});
});
