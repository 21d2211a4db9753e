import fc from 'fast-check';
import {expect, test} from 'vitest';
import {profiles, providers, questions, steps} from '../../../source/cli/registry.ts';
import {Failure} from '../../../source/core/errors/failure.ts';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import {buildPlanContext} from '../../../source/core/plan/build-context.ts';
import type {Finding} from '../../../source/core/plan/step.ts';
import {gatherAnswers} from '../../../source/core/questions/gather.ts';
import {readTemplates} from '../../helpers/template-files.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const fields = {
	app: 'blog-1',
	primary_region: 'sjc',
	kill_signal: 'SIGTERM',
	source: 'wisp_data',
	destination: '/data',
	size: 'shared-cpu-1x',
	cpu_kind: 'shared',
	memory: '1gb',
	DATABASE_PATH: '/data/wisp.db',
	PHX_HOST: 'blog.example.com',
	dockerfile: 'Dockerfile',
	strategy: 'rolling',
	release_command: 'migrate',
	path: '/health',
};

type Fields = Partial<typeof fields>;

const writeToml = (changed: Fields): string => {
	const quote = (key: keyof Fields) => `${key} = ${JSON.stringify(changed[key] ?? fields[key])}`;
	const size = changed.cpu_kind === undefined ? quote('size') : quote('cpu_kind');
	return [
		...[quote('app'), quote('primary_region'), quote('kill_signal')],
		...['[build]', quote('dockerfile'), '[deploy]', quote('strategy'), quote('release_command')],
		...['[env]', quote('DATABASE_PATH'), quote('PHX_HOST'), 'ERL_FLAGS = "-proto_dist inet6_tcp"'],
		...['[[mounts]]', quote('source'), quote('destination'), '[[vm]]', size, quote('memory')],
		...['[http_service]', 'internal_port = 8080', '[[http_service.checks]]', quote('path'), ''],
	].join('\n');
};

const keys = {
	RESEND_API_KEY: 're_0123456789abcdefghij',
	LITESTREAM_ACCESS_KEY_ID: 'AKIA0123456789ABCDEF',
	LITESTREAM_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const goodAnswers: ReadonlyMap<string, string> = new Map(
	questions.flatMap(({id, kind, samples, isOneOff}) =>
		kind === 'secret' || isOneOff || samples?.good[0] === undefined ? [] : [[id, samples.good[0]]],
	),
);

type Setting = {
	readonly profile: string;
	readonly provider: string;
	/** `undefined` for an app without fly.toml. */
	readonly toml: Fields | undefined;
	readonly answers: Readonly<Record<string, string>>;
	/** Answers that are not given, so that they come from fly.toml or an earlier setup. */
	readonly without?: readonly string[];
	/** Choices of an earlier setup. */
	readonly lastTime?: Readonly<Record<string, string>>;
};

/** Takes the path of a whole run from files to the words of every call. @returns `undefined` when the input is refused. */
function listWords({
	profile: profileId,
	provider: providerId,
	toml,
	answers,
	without = [],
	lastTime = {},
}: Setting) {
	const profile = profiles.find(({id}) => id === profileId);
	const provider = providers.find(({id}) => id === providerId);
	if (!profile || !provider) throw new Error('no such entry');
	const flyToml = toml && writeToml(toml);
	if (flyToml !== undefined && !parseFlyToml(flyToml).ok) return undefined;
	const given = new Map([
		...[...goodAnswers].filter(([id]) => !without.includes(id)),
		...Object.entries(provider.samples.good.answers),
		...Object.entries({storage: provider.id, ...answers}),
	]);
	try {
		const start = buildAnswerState({profile, ...(flyToml === undefined ? {} : {flyToml})});
		const state = gatherAnswers(questions, start, {
			flags: new Map(),
			environment: keys,
			secretFiles: new Map(),
			answersFile: given,
			journal: new Map(),
			lastTime: new Map(Object.entries(lastTime)),
			listedSecrets: new Set(),
		});
		if (state.open.some(({id}) => !without.includes(id))) throw new Error('A good answer was refused.');
		if (state.open.length > 0) return undefined;
		const templates = readTemplates(profile.templates);
		const plan = buildPlanContext(state, {adopt: false, redeploy: false, existing: undefined, templates});
		const names = [...plan.appSecrets, ...plan.storageSecrets].map(({name}) => name);
		return steps
			.filter(step => step.isNeeded(plan))
			.flatMap(step => {
				const missing = [names, plan.files.map(({path}) => path), ...(step.samples ?? [])];
				const found: readonly Finding[] = [
					{is: 'absent'},
					...missing.map(each => ({is: 'partial', missing: each}) as const),
				];
				return found.flatMap(finding => step.actions(plan, finding));
			})
			.flatMap(action => (action.kind === 'fly' ? action.args : []));
	} catch (error) {
		if (error instanceof Failure) return undefined;
		throw error;
	}
}

const isFlag = (word: string) => word.startsWith('-');

const settings = profiles.flatMap(({id: profile}) =>
	providers.map(({id: provider}) => ({profile, provider})),
);

const ourFlags = new Set(
	settings.flatMap(setting =>
		[{}, {image: 'ghcr.io/example/blog:1'}].flatMap(answers =>
			(listWords({...setting, toml: {}, answers}) ?? []).filter(isFlag),
		),
	),
);

const fromToml = ['app', 'region', 'vm-size', 'vm-memory'];

const hostile = fc.oneof(
	fc.constantFrom(
		'--vm-gpu-kind=a100',
		'-a',
		'--app=other',
		'--yes',
		'-',
		'--',
		'-config=/x',
		'--x y',
		'\t--x',
		' -a',
	),
	fc.string({maxLength: 5}).map(rest => `-${rest}`),
);

test('our own flags are known: the good values give calls with some', () => {
	expect([...ourFlags]).toEqual(
		expect.arrayContaining(['-a', '--org', '--region', '--vm-size', '--yes', '--image']),
	);
});

test('no value of fly.toml, of an answer, or of an earlier setup becomes a word that is a flag', () => {
	const tomls = fc.option(
		fc.dictionary(fc.constantFrom(...(Object.keys(fields) as (keyof Fields)[])), hostile, {maxKeys: 2}),
		{nil: undefined},
	);
	const answers = fc.dictionary(fc.constantFrom(...goodAnswers.keys(), 'image', 'org'), hostile, {
		maxKeys: 1,
	});
	fc.assert(
		fc.property(
			fc.constantFrom(...settings),
			tomls,
			answers,
			fc.subarray(fromToml),
			answers,
			(setting, toml, given, without, lastTime) => {
				const words = listWords({...setting, toml, answers: given, without, lastTime}) ?? [];
				expect(words.filter(isFlag).filter(word => !ourFlags.has(word))).toEqual([]);
				expect(words).not.toContain('');
			},
		),
		{numRuns: 3000},
	);
});

test.each(['app', 'primary_region', 'source', 'destination', 'size', 'cpu_kind', 'DATABASE_PATH'] as const)(
	'%s of fly.toml that looks like a flag is refused with its line',
	key => {
		const text = writeToml({[key]: '--vm-gpu-kind=a100'});
		const line = text.split('\n').findIndex(each => each.startsWith(`${key} = `)) + 1;
		expect(parseFlyToml(text)).toMatchObject({
			ok: false,
			line,
			problem: expect.stringContaining(`${key} cannot start with a dash.`),
		});
		expect(parseFlyToml(writeToml({})).ok).toBe(true);
	},
);

test.each(['wisp-data', 'a b', 'x'.repeat(30), 'größe', 'a=b'])('a volume cannot be named %j', source => {
	const state = buildAnswerState({flyToml: writeToml({source}), answers: Object.fromEntries(goodAnswers)});
	const options = {adopt: false, redeploy: false, existing: undefined, templates: new Map<string, string>()};
	expect(() => buildPlanContext(state, options)).toThrow(
		expect.objectContaining({
			code: 'fly-toml-unfit',
			message: expect.stringMatching(/^fly\.toml, line 14: .*cannot be the name of a volume/),
		}),
	);
});
