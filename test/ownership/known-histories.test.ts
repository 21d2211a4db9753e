import {expect, test} from 'vitest';
import type {AppName, Hand, History, Part, Step} from './history.ts';
import {play} from './play.ts';
import type {Trouble} from './trouble.ts';

type Setup = Extract<Step, {readonly does: 'setup'}>;

const setup = (app: AppName, more: Partial<Setup> = {}): Step => ({
	...{does: 'setup', at: 0, app, org: 'personal', adopts: false, trouble: undefined},
	answers: {region: 'sjc', sizeGb: 1, bucket: 'own', domain: 'own'},
	...more,
});
const byHand = (hand: Hand): Step => ({does: 'by hand', hand});
const makeApp = (app: AppName, ...holds: readonly Part[]) =>
	byHand({makes: 'app', app, org: 'personal', holds});
const makeAppAgain = (app: AppName, ...holds: readonly Part[]) =>
	byHand({makes: 'app again', app, org: 'personal', holds});
const addPart = (app: AppName, part: Part) => byHand({makes: 'part', app, part});
const uploads: Part = {is: 'volume', name: 'uploads', region: 'sjc', sizeGb: 1};
const data: Part = {is: 'volume', name: 'wisp_data', region: 'sjc', sizeGb: 1};
const neverBegun = (of: string): Trouble => ({at: 'call', of, fate: 'never-begun'});
const refused = (of: string): Trouble => ({at: 'call', of, fate: 'refused'});

/** What phxfly once destroyed or forgot, as the search found it. Every history ends with `destroy` of each app. */
const histories: readonly (readonly [string, History['steps'], History['profile']?])[] = [
	[
		'a volume of another name in an adopted app, where the call for ours never began',
		[makeApp('blog-1', uploads), setup('blog-1', {adopts: true, trouble: neverBegun('volumes create')})],
	],
	[
		'an adopted app, after a setup of another app that made that one',
		[
			setup('blog-1', {trouble: {at: 'change', of: 'write fly.toml', fate: 'killed-before'}}),
			makeApp('shop-2', uploads, {is: 'address', type: 'v6'}),
			setup('shop-2', {adopts: true}),
		],
	],
	[
		'an app that is named like the organization of an unfinished call',
		[setup('blog-1', {trouble: neverBegun('apps create')}), makeApp('personal', uploads), setup('personal')],
	],
	[
		'the bucket that replaced ours, with its keys removed',
		[
			setup('blog-1', {trouble: refused('volumes create')}),
			byHand({makes: 'another bucket', app: 'blog-1', name: 'precious-data'}),
			setup('blog-1', {answers: {region: 'sjc', sizeGb: 1, bucket: 'precious-data', domain: 'own'}}),
		],
	],
	['the first of two apps of one project', [setup('shop-2'), setup('blog-1')]],
	[
		'an address that was added to our app by hand',
		[setup('blog-1'), addPart('blog-1', {is: 'address', type: 'v6'})],
	],
	[
		'a machine that was deployed to our app by hand',
		[setup('shop-2', {trouble: refused('deploy -a')}), addPart('shop-2', {is: 'machine'})],
	],
	[
		'a volume that got the id of ours',
		[setup('blog-1'), byHand({makes: 'volume with a used id', app: 'blog-1', name: 'wisp_data'})],
	],
	[
		'an app that was made again by hand, with the certificate that ours had',
		[setup('blog-1'), makeAppAgain('blog-1', {is: 'certificate', domain: 'own'})],
	],
	[
		'our bucket, after our app was destroyed by hand and its name taken',
		[setup('blog-1'), byHand({destroys: 'app', app: 'blog-1'}), setup('blog-1')],
	],
	['our machine in an adopted app', [makeApp('blog-1'), setup('blog-1', {adopts: true})], 'phoenix'],
	['our machine on the volume of an adopted app', [makeApp('blog-1', data), setup('blog-1', {adopts: true})]],
	[
		'our volume in an adopted app that has another one, after a kill',
		[makeApp('shop-2', uploads), setup('shop-2', {adopts: true, trouble: neverBegun('storage create')})],
	],
];

for (const [name, steps, profile = 'wisp'] of histories) {
	test(`destroy neither destroys what is foreign nor forgets what is ours: ${name}`, async () => {
		const {touched, forgotten, log} = await play({profile, steps});
		expect({touched, forgotten, log}).toEqual({touched: [], forgotten: [], log});
	});
}
