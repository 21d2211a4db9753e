import {expect, test} from 'vitest';
import {steps} from '../../../source/cli/registry.ts';
import {Failure} from '../../../source/core/errors/failure.ts';
import type {Inventory} from '../../../source/core/fly/inventory.ts';
import {planRemoval, settleByInventory} from '../../../source/core/inventory/removal.ts';
import {type JournalState, startJournal} from '../../../source/core/journal.ts';
import {buildCertificate, buildMachine, buildVolume, inventory} from '../../helpers/inventory.ts';

const ids = {
	...{'create-app': 'blog-1', 'create-volume': 'vol_1', 'create-bucket': 'blog-1-store'},
	...{'allocate-addresses': 'IPv6 and IPv4', 'add-certificate': 'blog.example.com', deploy: 'release 3'},
};
const journal: JournalState = {
	...startJournal('/blog', false),
	ids,
	made: Object.keys(ids),
	secrets: {PHX_HOST: {digest: 'd', salt: '', fingerprint: ''}},
};
const wishes = {keepsData: false, outlived: []};
const plan = (
	...[found, state, wanted]: readonly [Inventory, JournalState, Parameters<typeof planRemoval>[3]]
) => planRemoval(found, state, steps, wanted);
const list = (...args: Parameters<typeof plan>) => plan(...args).entries.map(({kind, id}) => `${kind} ${id}`);

test('deletes what was created here, the app last', () => {
	expect(list(inventory, journal, wishes)).toEqual([
		'certificate blog.example.com',
		'address 2a09::1',
		'address 66.1.1.1',
		'machine m1',
		'volume vol_1',
		'bucket blog-1-store',
		'app blog-1',
	]);
});

test('keeps the app if it keeps the data', () => {
	const {entries, stays, isWhole} = plan(inventory, journal, {...wishes, keepsData: true});
	expect(entries.map(({kind}) => kind)).toEqual(['certificate', 'address', 'address', 'machine']);
	expect(stays.join(' ')).toContain('blog-1 itself stays');
	expect(isWhole).toBe(false);
});

test('deletes from an adopted app only what was added to it, machine and address included', () => {
	const adopted: JournalState = {
		...journal,
		made: ['create-volume', 'allocate-addresses', 'add-certificate'],
		things: {
			'create-volume': ['vol_1'],
			'allocate-addresses': ['2a09::1'],
			'add-certificate': ['blog.example.com'],
		},
	};
	const mixed = {
		...inventory,
		machines: [buildMachine('m1'), buildMachine('m2')],
		volumes: [buildVolume('vol_1', 1, 'm1'), buildVolume('vol_9', 1, 'm2')],
		certificates: [...inventory.certificates, buildCertificate('old.example.com')],
	};
	const {entries, stays} = plan(mixed, adopted, wishes);
	expect(entries.map(({kind, id}) => `${kind} ${id}`)).toEqual([
		'certificate blog.example.com',
		'address 2a09::1',
		'machine m1',
		'volume vol_1',
	]);
	// The one machine of an adopted app may be older than its adoption.
	const older = {...mixed, machines: [buildMachine('m2')], volumes: [buildVolume('vol_1', 1, null)]};
	expect(list(older, adopted, wishes)).not.toContain('machine m2');
	expect(stays.join(' ')).toContain('blog-1 was adopted, not created by this project');
	expect(stays.join(' ')).toContain('fly secrets unset PHX_HOST -a blog-1');
	expect(stays.join(' ')).toContain('The bucket blog-1-store stays');
});

test.each([
	['volume vol_2', {volumes: [buildVolume('vol_1', 1, 'm1'), buildVolume('vol_2', 1, null)]}],
	['volume vol_2', {volumes: [buildVolume('vol_2', 1, 'm1')]}],
	['machine m2', {machines: [buildMachine('m1'), buildMachine('m2', false)]}],
	['bucket other', {bucket: 'other'}],
])('exits 7 for %s, which is not in the journal', (name, change) => {
	const refused = (() => {
		try {
			plan({...inventory, ...change}, journal, wishes);
		} catch (error) {
			return error;
		}

		return undefined;
	})();
	expect(refused).toBeInstanceOf(Failure);
	expect(refused).toMatchObject({code: 'not-made-here', exit: 'ambiguous', exists: [name]});
});

test('deletes only the bucket that outlived a deleted app', () => {
	const gone = {
		...{...inventory, status: undefined, machines: [], volumes: [], bucket: undefined},
		...{addresses: [], certificates: [], secrets: []},
	};
	expect(list(gone, journal, {...wishes, outlived: ['bucket']})).toEqual(['bucket blog-1-store']);
	expect(list(gone, journal, wishes)).toEqual([]);
});

test('a single new resource after an interrupted call is ours', () => {
	const cutOff = (step: string, argv: readonly string[], before: readonly string[]): JournalState => ({
		...startJournal('/blog', false),
		intents: [{marker: 'm', step, argv: [...argv], before: [...before], startedAtMs: 0}],
	});
	const made = (state: JournalState) => settleByInventory(state, inventory, steps).made;
	expect(made(cutOff('create-volume', ['volumes', 'create'], []))).toEqual(['create-volume']);
	expect(made(cutOff('create-volume', ['volumes', 'create'], ['vol_1']))).toEqual([]);
	expect(made(cutOff('allocate-addresses', ['ips'], ['2a09::1']))).toEqual(['allocate-addresses']);
	expect(made(cutOff('allocate-addresses', ['ips'], []))).toEqual([]);
	expect(made(cutOff('create-app', ['apps', 'create', 'blog-1'], []))).toEqual(['create-app']);
	expect(made(cutOff('create-app', ['apps', 'create', 'blog-2'], []))).toEqual([]);
	expect(made(cutOff('add-certificate', ['certs', 'add', 'other.example.com'], []))).toEqual([]);
});
