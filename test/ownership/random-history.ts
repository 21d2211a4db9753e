import fc from 'fast-check';
import {
	type Answers,
	type AppName,
	appNames,
	type Hand,
	type History,
	type Part,
	type Step,
} from './history.ts';
import type {Trouble} from './trouble.ts';

/** Chooses the first value most of the time. */
const mostly = <const T>(usual: T, ...others: readonly T[]) =>
	fc.oneof({weight: 3, arbitrary: fc.constant(usual)}, fc.constantFrom(usual, ...others));

const weigh = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({weight, arbitrary});

const org = mostly('personal', 'acme');
const desk = fc.oneof(weigh(6, fc.constant(0 as const)), fc.constant(1 as const));

const answers: fc.Arbitrary<Answers> = fc.record({
	region: mostly('sjc', 'fra'),
	sizeGb: mostly(1, 3),
	bucket: fc.constantFrom('own', 'own', 'precious-data'),
	domain: mostly('own', 'none', 'www.example.com'),
});

/** The calls that change the account, as words of flyctl; those that make what cannot be made twice count double. */
const calls = {
	setup: [
		...['apps create', 'ips allocate-v6', 'ips allocate-v4', 'volumes create', 'storage create'],
		...['certs add', 'secrets import', 'secrets set', 'deploy -a', 'apps create', 'volumes create'],
	],
	destroy: [
		...[
			'certs remove',
			'ips release',
			'machine destroy',
			'volumes destroy',
			'storage destroy',
			'apps destroy',
		],
	],
} as const;

/** Commands that only read, and on whose answers phxfly decides what there is. */
const reads = [
	...['status', 'volumes list', 'volumes show', 'ips list', 'certs list', 'machine list', 'secrets list'],
	...['releases', 'storage status', 'storage list'],
] as const;

const makeTrouble = (command: keyof typeof calls): fc.Arbitrary<Trouble> =>
	fc.oneof(
		weigh(
			2,
			fc.record({
				at: fc.constant('change' as const),
				of: fc.constantFrom(...calls[command], ...(command === 'setup' ? ['write fly.toml'] : [])),
				fate: fc.constantFrom('killed-before', 'killed-after', 'lands-soon', 'lands-late', 'orphaned'),
			}),
		),
		weigh(
			3,
			fc.record({
				at: fc.constant('call' as const),
				of: fc.constantFrom(...calls[command]),
				fate: fc.constantFrom('never-begun', 'refused', 'answer-lost', 'call-lost', 'answer-early'),
			}),
		),
		fc.record({
			at: fc.constant('answer' as const),
			of: fc.constantFrom(...reads),
			fate: fc.constantFrom('empty-list', 'half-json', '5xx', 'reset'),
			times: fc.constantFrom<1 | 2 | 'all'>(1, 2, 'all'),
		}),
		fc.record({
			at: fc.constant('write' as const),
			index: fc.nat({max: 41}),
			fate: fc.constantFrom('before', 'after'),
		}),
		fc.record({
			at: fc.constant('event' as const),
			index: fc.nat({max: 26}),
			fate: fc.constant('after' as const),
		}),
	);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, {nil: undefined, freq: 1});

const part: fc.Arbitrary<Part> = fc.oneof(
	weigh(
		2,
		fc.record({
			is: fc.constant('volume' as const),
			name: fc.constantFrom('wisp_data', 'uploads'),
			region: mostly('sjc', 'fra'),
			sizeGb: mostly(1, 3),
		}),
	),
	fc.record({is: fc.constant('address' as const), type: fc.constantFrom('v6', 'v4', 'shared_v4')}),
	fc.record({is: fc.constant('certificate' as const), domain: mostly('own', 'www.example.com')}),
	fc.record({is: fc.constant('bucket' as const), name: mostly('own', 'precious-data')}),
	fc.record({is: fc.constant('machine' as const)}),
);

/** All that a setup would make, as it would make it. */
const everything: readonly Part[] = [
	{is: 'volume', name: 'wisp_data', region: 'sjc', sizeGb: 1},
	{is: 'address', type: 'v6'},
	{is: 'address', type: 'shared_v4'},
	{is: 'certificate', domain: 'own'},
	{is: 'bucket', name: 'own'},
	{is: 'machine'},
];
const holds = fc.oneof(weigh(3, fc.array(part, {maxLength: 2})), fc.constant(everything));

const makeHand = (name: AppName): fc.Arbitrary<Hand> => {
	const app = fc.constant(name);
	return fc.oneof(
		weigh(5, fc.record({makes: fc.constant('app' as const), app, org, holds})),
		weigh(2, fc.record({makes: fc.constant('app again' as const), app, org, holds})),
		weigh(5, fc.record({makes: fc.constant('part' as const), app, part})),
		fc.record({makes: fc.constant('bucket' as const), app, name: fc.constantFrom('own', 'precious-data')}),
		weigh(
			3,
			fc.record({makes: fc.constant('another bucket' as const), app, name: mostly('precious-data', 'own')}),
		),
		fc.record({
			makes: fc.constant('volume with a used id' as const),
			app,
			name: fc.constantFrom('wisp_data', 'uploads'),
		}),
		weigh(
			2,
			fc.record({destroys: fc.constantFrom('app', 'volume', 'bucket', 'certificate', 'address'), app}),
		),
	);
};

const makeSetup = (
	app: AppName,
	{
		adopts = fc.boolean(),
		trouble = maybe(makeTrouble('setup')),
	}: {
		readonly adopts?: fc.Arbitrary<boolean>;
		readonly trouble?: fc.Arbitrary<Trouble | undefined>;
	} = {},
): fc.Arbitrary<Step> =>
	fc.record({
		...{does: fc.constant('setup' as const), at: desk, app: fc.constant(app)},
		...{org, adopts, answers, trouble},
	});

const makeByHand = (app: AppName): fc.Arbitrary<Step> =>
	fc.record({does: fc.constant('by hand' as const), hand: makeHand(app)});

const makeDestroy = (app: AppName): fc.Arbitrary<Step> =>
	fc.record({
		...{does: fc.constant('destroy' as const), at: desk, app: fc.constant(app)},
		trouble: maybe(makeTrouble('destroy')),
	});

const makeStep = (app: AppName): fc.Arbitrary<Step> =>
	fc.oneof(
		weigh(12, makeSetup(app)),
		weigh(9, makeByHand(app)),
		weigh(3, makeDestroy(app)),
		weigh(
			2,
			fc.record({
				does: fc.constant('change journal' as const),
				how: fc.constantFrom('forget', 'lose', 'copy', 'restore', 'take'),
				at: desk,
			}),
		),
		fc.record({does: fc.constant('lose files' as const), at: desk}),
		fc.record({does: fc.constant('wait' as const), minutes: fc.constantFrom(1, 20, 1500)}),
	);

/** Some steps around one app: most defects need two or three of them. */
const scene: fc.Arbitrary<readonly Step[]> = fc.constantFrom(...appNames, appNames[0]).chain(app => {
	const some = (minLength: number, maxLength: number) =>
		fc.array(makeStep(app), {minLength, maxLength, size: 'max'});
	const foreign = fc.record({
		does: fc.constant('by hand' as const),
		hand: fc.record({makes: fc.constant('app' as const), app: fc.constant(app), org, holds}),
	});
	const adopting = makeSetup(app, {adopts: fc.constant(true)});
	const unfinished = makeSetup(app, {trouble: makeTrouble('setup')});
	return fc.oneof(
		weigh(3, some(1, 4)),
		weigh(
			2,
			fc.tuple(foreign, adopting, some(0, 2)).map(([first, next, rest]) => [first, next, ...rest]),
		),
		weigh(
			2,
			fc.tuple(unfinished, makeByHand(app), some(0, 2)).map(([first, next, rest]) => [first, next, ...rest]),
		),
	);
});

/** Makes histories of about five steps. */
export const randomHistory: fc.Arbitrary<History> = fc.record({
	profile: mostly('wisp', 'phoenix'),
	steps: fc.array(scene, {minLength: 1, maxLength: 3, size: 'max'}).map(scenes => scenes.flat().slice(0, 8)),
});
