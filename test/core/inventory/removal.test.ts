import {describe, expect, test} from 'vitest';
import {steps} from '../../../source/cli/registry.ts';
import type {Inventory} from '../../../source/core/fly/inventory.ts';
import {planRemoval, settleByInventory} from '../../../source/core/inventory/removal.ts';
import {type AppSection, startSection} from '../../../source/core/journal.ts';
import {buildCertificate, buildMachine, buildVolume, inventory} from '../../helpers/inventory.ts';

const mark = '2026-11-22T10:00:00Z';
const made = {
	app: {step: 'create-app', id: 'blog-1'},
	volume: {step: 'create-volume', id: 'vol_1', mark},
	bucket: {step: 'create-bucket', id: 'blog-1-store'},
	v6: {step: 'allocate-addresses', id: '2a09::1', mark},
	v4: {step: 'allocate-addresses', id: '66.1.1.1'},
	certificate: {step: 'add-certificate', id: 'blog.example.com', mark},
	machine: {step: 'deploy', id: 'm1', mark},
} as const;
const section: AppSection = {
	...startSection('blog-1', 'personal'),
	made: Object.values(made),
	secrets: {PHX_HOST: {digest: 'd', salt: '', fingerprint: ''}},
};
const wishes = {keepsData: false, outlived: [], domain: undefined};
type Wishes = Partial<Parameters<typeof planRemoval>[3]>;
const plan = (found: Inventory, state: AppSection = section, wanted: Wishes = {}) =>
	planRemoval(found, state, steps, {...wishes, ...wanted});
const list = (...args: Parameters<typeof plan>) => plan(...args).entries.map(({kind, id}) => `${kind} ${id}`);
const everything = [
	'certificate blog.example.com',
	'address 2a09::1',
	'address 66.1.1.1',
	'machine m1',
	'volume vol_1',
	'bucket blog-1-store',
	'app blog-1',
];

test('deletes what was created here, the app last', () => {
	expect(list(inventory)).toEqual(everything);
	expect(plan(inventory)).toMatchObject({isWhole: true, blocking: []});
});

test('keeps the app if it keeps the data', () => {
	const {entries, stays, isWhole} = plan(inventory, section, {keepsData: true});
	expect(entries.map(({kind}) => kind)).toEqual(['certificate', 'address', 'address', 'machine']);
	expect(stays.join(' ')).toContain('blog-1 itself stays');
	expect(isWhole).toBe(false);
});

test('deletes from an adopted app only what was added to it, machine and address included', () => {
	const adopted = {...section, made: [made.volume, made.v6, made.certificate, made.machine]};
	const mixed = {
		...inventory,
		machines: [buildMachine('m1'), buildMachine('m2')],
		volumes: [buildVolume('vol_1', 1, 'm1'), buildVolume('vol_9', 1, 'm2')],
		certificates: [...inventory.certificates, buildCertificate('old.example.com')],
		secrets: [{name: 'PHX_HOST', digest: 'd', status: 'Deployed'}],
	};
	const {entries, stays} = plan(mixed, adopted);
	expect(entries.map(({kind, id}) => `${kind} ${id}`)).toEqual([
		'certificate blog.example.com',
		'address 2a09::1',
		'machine m1',
		'volume vol_1',
	]);
	const text = stays.join(' ');
	expect(text).toContain('blog-1 was adopted, not created by this project');
	expect(text).toContain('fly secrets unset PHX_HOST -a blog-1');
	for (const what of ['The bucket blog-1-store stays', 'The volume vol_9 stays', 'The machine m2 stays'])
		expect(text).toContain(what);
});

describe('the app stays with what others created in it, and ours goes', () => {
	test.each<[string, Partial<Inventory>, string]>([
		[
			'volume vol_2',
			{volumes: [buildVolume('vol_1', 1, 'm1'), buildVolume('vol_2', 1, null)]},
			'fly volumes destroy vol_2 -a blog-1',
		],
		[
			'machine m2',
			{machines: [buildMachine('m1'), buildMachine('m2', false)]},
			'fly machine destroy m2 --force -a blog-1',
		],
		[
			'certificate www.example.com',
			{certificates: [...inventory.certificates, buildCertificate('www.example.com')]},
			'fly certs remove www.example.com -a blog-1',
		],
	])('%s', (name, change, command) => {
		const {entries, stays, isWhole, blocking} = plan({...inventory, ...change});
		expect(entries.map(({kind, id}) => `${kind} ${id}`)).toEqual(everything.slice(0, -1));
		expect(isWhole).toBe(false);
		expect(blocking.map(({kind, id, command: way}) => [`${kind} ${id}`, way])).toEqual([[name, command]]);
		expect(stays.join(' ')).toContain(`The ${name} stays`);
		expect(stays.join(' ')).toContain(command);
	});
});

test('a bucket of another name, or one that was made again under ours, stays', () => {
	expect(list({...inventory, bucket: 'precious'})).not.toContain('bucket precious');
	const keyed = {...section, made: [...section.made.slice(0, 2), {...made.bucket, mark: 'the first key'}]};
	const withKey = (digest: string) => ({
		...inventory,
		secrets: [{name: 'AWS_ACCESS_KEY_ID', digest, status: 'Deployed'}],
	});
	expect(list(withKey('the first key'), keyed)).toContain('bucket blog-1-store');
	expect(list(withKey('another key'), keyed)).not.toContain('bucket blog-1-store');
	// Its key is gone, so nothing shows that it is the same.
	expect(list(inventory, keyed)).not.toContain('bucket blog-1-store');
});

test('a volume of ours that a foreign machine uses stays, and so does the app', () => {
	const found = {...inventory, machines: [buildMachine('m2')], volumes: [buildVolume('vol_1', 1, 'm2')]};
	const {entries, stays} = plan(found);
	expect(entries.map(({kind}) => kind)).not.toContain('volume');
	expect(entries.map(({kind}) => kind)).not.toContain('app');
	expect(stays.join(' ')).toContain('machine m2 uses it');
});

test('of an app that was deleted and made again under the same name, nothing is ours', () => {
	const again = {
		...{...inventory, machines: [], volumes: [], bucket: undefined, certificates: []},
		addresses: inventory.addresses.map(each =>
			each.Type === 'v6' ? {...each, Address: '2a09::2', CreatedAt: '2026-11-25T10:00:00Z'} : each,
		),
	};
	const {entries, stays} = plan(again);
	expect(entries).toEqual([]);
	expect(stays.join(' ')).toContain('it may be another app of the same name');
	expect(stays.join(' ')).not.toContain('fly secrets unset');
	expect(plan(again)).toMatchObject({isWhole: true});
	// Nothing at all may also be an incident, so the journal stays.
	expect(plan({...again, addresses: []})).toMatchObject({isWhole: false});
	// The same when nothing is in it.
	expect(list({...again, addresses: []})).toEqual([]);
	// An id that Fly used again, with another creation time.
	const reused = {...buildVolume('vol_1', 1, null), created_at: '2026-11-25T10:00:00Z'};
	expect(list({...again, volumes: [reused]})).toEqual([]);
});

test('of an app in which phxfly created nothing yet, the name is all there is', () => {
	const empty = {
		...{...inventory, machines: [], volumes: [], bucket: undefined, addresses: [], certificates: []},
		secrets: [],
	};
	expect(list(empty, {...section, made: [made.app], secrets: {}})).toEqual(['app blog-1']);
});

test('an app without our secrets is another one, where only they can tell', () => {
	const nothing = {
		...inventory,
		machines: [],
		volumes: [],
		bucket: undefined,
		addresses: [],
		certificates: [],
	};
	const alone = {...section, made: [made.app]};
	const withSecret = (name: string, digest: string) => ({
		...nothing,
		secrets: [{name, digest, status: 'Deployed'}],
	});
	expect(list(withSecret('PHX_HOST', 'd'), alone)).toEqual(['app blog-1']);
	expect(list(withSecret('TOKEN', 'd'), alone)).toEqual([]);
	expect(list(withSecret('PHX_HOST', 'another'), alone)).toEqual([]);
	expect(list({...nothing, secrets: []}, alone)).toEqual([]);
});

describe('a journal of an earlier version', () => {
	const earlier: AppSection = {
		...section,
		made: section.made.filter(({step}) => step !== 'deploy').map(({step, id}) => ({step, id})),
		lacksMachines: true,
	};
	const own = {...inventory, secrets: [{name: 'PHX_HOST', digest: 'd', status: 'Deployed'}]};

	test('still deletes everything of its app', () => {
		expect(list(own, earlier)).toEqual(everything);
		// After a kill between the addresses and the machine of an app without a volume.
		const rest = {...own, volumes: [], bucket: undefined, addresses: [], certificates: []};
		expect(list(rest, {...earlier, made: [made.app]})).toEqual(['machine m1', 'app blog-1']);
	});

	test('claims nothing in an app that was made again, with the same domain and one machine', () => {
		const again = {
			...{...own, volumes: [], bucket: undefined, secrets: []},
			addresses: inventory.addresses.map(each =>
				each.Type === 'v6' ? {...each, Address: '2a09::2', CreatedAt: '2026-11-25T10:00:00Z'} : each,
			),
		};
		expect(list(again, earlier)).toEqual([]);
		expect(list({...again, addresses: [], certificates: []}, earlier)).toEqual([]);
	});

	test('leaves a bucket of which a deleted app tells nothing: it may belong to another app', () => {
		const gone: Inventory = {
			...{...inventory, status: undefined, machines: [], volumes: [], bucket: undefined},
			...{addresses: [], certificates: [], secrets: []},
		};
		const {entries, stays} = plan(gone, earlier, {outlived: [made.bucket]});
		expect(entries).toEqual([]);
		expect(stays.join(' ')).toContain('The bucket blog-1-store stays');
	});

	test('claims no machine that was started by hand', () => {
		const byHand = {...own, machines: [buildMachine('m1', false)]};
		expect(list(byHand, earlier)).not.toContain('machine m1');
		expect(list(byHand, earlier)).not.toContain('app blog-1');
	});
});

test('a machine of a journal without machines is ours if it has our volume, or is the only one of our app', () => {
	const earlier = {...section, made: section.made.filter(({step}) => step !== 'deploy')};
	expect(list(inventory, earlier)).not.toContain('app blog-1');
	expect(list(inventory, {...earlier, lacksMachines: true})).toEqual(everything);
	const two = {
		...inventory,
		machines: [buildMachine('m1'), buildMachine('m2')],
		volumes: [buildVolume('vol_1', 1, 'm2')],
	};
	expect(list(two, {...earlier, lacksMachines: true})).toContain('machine m2');
	expect(list(two, {...earlier, lacksMachines: true})).not.toContain('machine m1');
});

test('names a bucket that its app no longer has, or that outlived its app, and leaves it', () => {
	const gone = {
		...{...inventory, status: undefined, machines: [], volumes: [], bucket: undefined},
		...{addresses: [], certificates: [], secrets: []},
	};
	const outlived = [made.bucket];
	const withOutlived = (found: Inventory) => planRemoval(found, section, steps, {...wishes, outlived});
	expect(withOutlived(gone).entries).toEqual([]);
	expect(withOutlived(gone).stays.join(' ')).toContain('fly storage destroy blog-1-store');
	expect(plan(gone).stays.join(' ')).not.toContain('blog-1-store');
	const {entries, stays} = withOutlived({...inventory, bucket: undefined});
	expect(entries.map(({kind}) => kind)).not.toContain('bucket');
	expect(stays.join(' ')).toContain('The bucket blog-1-store stays: blog-1 no longer has it');
});

describe('after an interrupted call', () => {
	const startedAtMs = Date.parse(mark) - 1000;
	const cutOff = (step: string, words: string, before: readonly string[] = [], atMs = startedAtMs) => {
		const call = {marker: 'm', step, argv: words.split(' '), before: [...before], startedAtMs: atMs};
		const calls = [{...call, untilMs: atMs + 720_000}];
		const settled = settleByInventory({...startSection('blog-1', 'personal'), calls}, inventory, steps);
		expect(settled.calls).toEqual([]);
		return settled.made.map(({id}) => id);
	};
	const volume = 'volumes create wisp_data -a blog-1 --region sjc --size 1 --yes --json';

	test('the one new resource that the call asked for is ours', () => {
		expect(cutOff('create-volume', volume)).toEqual(['vol_1']);
		expect(cutOff('allocate-addresses', 'ips allocate-v6 -a blog-1')).toEqual(['2a09::1']);
		expect(cutOff('allocate-addresses', 'ips allocate-v4 --shared -a blog-1')).toEqual(['66.1.1.1']);
		expect(cutOff('add-certificate', 'certs add blog.example.com --json -a blog-1')).toEqual([
			'blog.example.com',
		]);
		expect(cutOff('create-bucket', 'storage create -a blog-1 --name blog-1-store --yes')).toEqual([
			'blog-1-store',
		]);
		expect(cutOff('deploy', 'deploy -a blog-1 --ha=false')).toEqual(['m1']);
	});

	test.each<[string, Parameters<typeof cutOff>]>([
		['it was there before', ['create-volume', volume, ['vol_1']]],
		['it has another name', ['create-volume', volume.replace('wisp_data', 'uploads')]],
		['it is in another region', ['create-volume', volume.replace('sjc', 'fra')]],
		['it has another size', ['create-volume', volume.replace('--size 1', '--size 3')]],
		['it is older than the call', ['create-volume', volume, [], startedAtMs + 3_600_000]],
		['it was created long after the call', ['create-volume', volume, [], startedAtMs - 86_400_000]],
		['the call asked for another host', ['add-certificate', 'certs add other.example.com -a blog-1']],
		['the call asked for another bucket', ['create-bucket', 'storage create -a blog-1 --name other']],
		['the call creates nothing of the kind', ['create-bucket', 'storage destroy blog-1-store --yes']],
		['the call created another app', ['create-app', 'apps create blog-2 --org personal']],
		// The organization has the name of the app.
		['a word of the call is the name of the app', ['create-app', 'apps create other --org blog-1']],
		['the app runs already', ['create-app', 'apps create blog-1 --org personal']],
	])('it is not ours if %s', (_, args) => {
		expect(cutOff(...args)).toEqual([]);
	});

	test('a new app is ours, but not once it has anything that no step has created yet', () => {
		const status = {...inventory.status, Deployed: false, Version: 0} as NonNullable<Inventory['status']>;
		const fresh = {
			...{...inventory, status, machines: [], secrets: []},
			...{volumes: [], addresses: [], certificates: []},
		};
		const argv = 'apps create blog-1 --org personal'.split(' ');
		const calls = [{marker: 'm', step: 'create-app', argv, before: [], startedAtMs}];
		const settle = (found: Inventory) =>
			settleByInventory({...startSection('blog-1', 'personal'), calls}, found, steps).made;
		expect(settle(fresh)).toEqual([{step: 'create-app', id: 'blog-1'}]);
		for (const kind of ['secrets', 'volumes', 'addresses', 'certificates'] as const)
			expect(settle({...fresh, [kind]: inventory[kind]}), kind).toEqual([]);
	});

	test('of two that fit one call, none is ours', () => {
		const twins = {
			...inventory,
			volumes: [buildVolume('vol_1', 1, 'm1'), buildVolume('vol_2', 1, null)],
		};
		const call = {marker: 'm', step: 'create-volume', argv: volume.split(' '), before: [], startedAtMs};
		const settle = (count: number) =>
			settleByInventory(
				{...startSection('blog-1', 'personal'), calls: Array.from({length: count}, () => call)},
				twins,
				steps,
			).made.map(({id}) => id);
		expect(settle(1)).toEqual([]);
		// Both calls of one setup may have had an effect.
		expect(settle(2)).toEqual(['vol_1', 'vol_2']);
	});
});
