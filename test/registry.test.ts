import {readdirSync, readFileSync} from 'node:fs';
import {inspect} from 'node:util';
import {beforeAll, describe, expect, test} from 'vitest';
import * as registry from '../source/cli/registry.ts';
import {buildPlanContext} from '../source/core/plan/build-context.ts';
import type {PlanContext} from '../source/core/plan/context.ts';
import type {Finding} from '../source/core/plan/step.ts';
import {gatherAnswers} from '../source/core/questions/gather.ts';
import type {SecretStore} from '../source/core/secrets/secret.ts';
import {requireOrder} from './helpers/graph.ts';
import {readSourceFiles, toKebab} from './helpers/source-files.ts';
import {buildAnswerState} from './questions/build-answer-state.ts';

const {checks, commands, profiles, providers, questions, steps, rules} = registry;
const lists = {checks, profiles, providers, questions, steps, rules};
const source = new URL('../source/', import.meta.url);
/** Without texts, and without commands: one may be called as the step it does. */
const registryText = readFileSync(new URL('cli/registry.ts', source), 'utf8').replace(
	/'[^'\n]*'|^\t\tload: .*$/gm,
	'',
);

const folders = [
	{folder: 'questions', type: 'Question', list: questions},
	{folder: 'profiles', type: 'Profile', list: profiles},
	{folder: 'providers', type: 'Provider', list: providers},
	{folder: 'steps', type: 'Step', list: steps},
	{folder: 'checks/verify', type: 'Check', list: checks},
	{folder: 'checks/doctor', type: 'Trap', list: rules},
] as const;

describe.each(folders)('$folder', ({folder, type, list}) => {
	const entries = readSourceFiles(`source/${folder}`).flatMap(({path, text}) =>
		[...text.matchAll(new RegExp(`^export const (\\w+): ${type} =`, 'gm'))].map(([, name = '']) => ({
			path,
			name,
		})),
	);

	test('every entry is a file of its own, listed, and found by one import and one line', async () => {
		for (const {path, name} of entries) {
			const module = (await import(new URL(`../${path}`, import.meta.url).href)) as Record<string, unknown>;
			expect(list, name).toContain(module[name]);
			expect(registryText.match(new RegExp(`\\b${name}\\b`, 'g')), name).toHaveLength(2);
		}

		expect(new Set(entries.map(({path}) => path)).size).toBe(entries.length);
		expect(entries).toHaveLength(list.length);
	});

	test('nobody but the registry and its own folder knows an entry by name', () => {
		const own = `source/${folder}/`;
		const known = readSourceFiles('source').filter(
			({path, imports}) =>
				path !== 'source/cli/registry.ts' &&
				!path.startsWith(own) &&
				imports.some(({from, names}) =>
					entries.some(entry => entry.path === from && names.includes(entry.name)),
				),
		);
		expect(known.map(({path}) => path)).toEqual([]);
	});
});

describe.each(Object.entries(lists))('%s', (_, list) => {
	const ids = list.map(({id}) => id);

	test('ids are unique and in kebab-case', () => {
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(/^[a-z][a-z\d]*(?:-[a-z\d]+)*$/);
	});
});

test('an entry is called as its id, and so is its file', () => {
	const names = readdirSync(new URL('steps/', source)).map(name => name.replace('.ts', ''));
	expect(names.sort()).toEqual(steps.map(({id}) => id).sort());
	for (const {id} of questions) expect(toKebab(id)).toBe(id);
	const files = readdirSync(new URL('checks/doctor/', source)).map(name => name.replace('.ts', ''));
	expect(files).toEqual(expect.arrayContaining(rules.map(({id}) => id)));
});

test('steps stand after what they need, and need only steps', () => {
	requireOrder(
		steps,
		steps.map(({id}) => id),
	);
	expect(() =>
		requireOrder(
			[...steps].reverse(),
			steps.map(({id}) => id),
		),
	).toThrow('stands after it');
});

test('steps that set secrets on the app hold the one lock', () => {
	const holders = steps.filter(({locks}) => locks.includes('app-secrets')).map(({id}) => id);
	expect(holders).toEqual(expect.arrayContaining(['create-bucket', 'set-secrets', 'set-storage-secrets']));
});

test('titles of steps begin with a verb, and of checks state a fact', () => {
	for (const {title} of steps) expect(title).toMatch(/^(Create|Write|Set|Allocate|Add|Deploy)\b/);
	for (const {title} of checks) expect(title).toMatch(/^[A-Z\d].*[^.]$/);
});

test.each(commands)(
	'the command $name loads, and its help has an example that begins with phxfly',
	async entry => {
		expect(await entry.load()).toMatchObject({run: expect.any(Function)});
		expect(entry.examples.length).toBeGreaterThan(0);
		for (const example of entry.examples) expect(example).toMatch(/^phxfly\b/);
	},
);

const canaries = {
	RESEND_API_KEY: 're_canary0123456789abcdefgh',
	LITESTREAM_ACCESS_KEY_ID: 'AKIACANARY0123456789',
	LITESTREAM_SECRET_ACCESS_KEY: 'canarySecret0123456789/abcdefghijklmnopq',
};
const flags: Readonly<Record<string, string>> = {
	app: 'blog-1',
	org: 'personal',
	region: 'sjc',
	'volume-size': '1',
	domain: 'blog.example.com',
	bucket: 'blog-1-store',
	'storage-region': 'eu-central-1',
	'r2-account-id': '0123456789abcdef0123456789abcdef',
};

/** What only one provider is asked. */
const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	custom: {endpoint: 'https://s3.example.com'},
};

/** By the whole way that a run takes: flags and environment to answers, answers to what the steps see. */
function planWith(provider: string): {readonly plan: PlanContext; readonly secrets: SecretStore} {
	const files = readdirSync(new URL('../templates/wisp/', source), {recursive: true, withFileTypes: true});
	const folder = new URL('../templates/wisp/', source).pathname;
	const templates = new Map(
		files
			.filter(entry => entry.isFile())
			.map(entry => `${entry.parentPath}/${entry.name}`)
			.map(path => [path.replace(/\/+/g, '/').slice(folder.length), readFileSync(path, 'utf8')]),
	);
	const isBringing = provider !== 'tigris';
	const state = gatherAnswers(questions, buildAnswerState(), {
		flags: new Map(Object.entries({...flags, ...own[provider], storage: provider})),
		environment: isBringing ? canaries : {RESEND_API_KEY: canaries.RESEND_API_KEY},
		secretFiles: new Map(),
		answersFile: new Map(),
		journal: new Map(),
		listedSecrets: new Set(),
	});
	expect(state.open.map(({id}) => id)).toEqual([]);
	const plan = buildPlanContext(state, {adopt: false, redeploy: false, existing: undefined, templates});
	return {plan, secrets: state.secrets};
}

describe.each(providers.map(({id}) => id))('with %s, what the steps would do', provider => {
	let plan: PlanContext;
	let secrets: SecretStore;
	beforeAll(() => {
		({plan, secrets} = planWith(provider));
	});

	const findings = (): readonly Finding[] => {
		const names = [...plan.appSecrets, ...plan.storageSecrets].map(({name}) => name);
		return [
			{is: 'absent'},
			{is: 'partial', missing: names},
			{is: 'partial', missing: plan.files.map(({path}) => path)},
			{is: 'partial', missing: ['bucket']},
			{is: 'partial', missing: ['v4']},
			{is: 'partial', missing: ['staged secrets']},
			{is: 'partial', missing: ['release', 'lease 0123456789abcd 99']},
		];
	};
	const actions = () =>
		steps
			.filter(step => step.isNeeded(plan))
			.flatMap(step => findings().flatMap(finding => step.actions(plan, finding)));

	test('names secrets and never holds a value', () => {
		const values = Object.values(canaries).filter(value =>
			plan.appSecrets.concat(plan.storageSecrets).some(wanted => secrets.find(wanted)?.equals(value)),
		);
		expect(values.length).toBeGreaterThan(0);
		const text = JSON.stringify(actions());
		for (const value of values) expect(text).not.toContain(value);
		const named = inspect([plan.appSecrets, plan.storageSecrets], {depth: Infinity});
		for (const value of values) expect(named).not.toContain(value);
		expect(text).toContain('RESEND_API_KEY');
	});

	test('says whose app it is in every call', () => {
		for (const action of actions()) {
			if (action.kind !== 'fly' || /^(apps create|storage destroy)/.test(action.args.join(' '))) continue;
			expect(action.args.slice(action.args.indexOf('-a'))[1], action.args.join(' ')).toBe('blog-1');
		}
	});

	test('is private where secrets go in or come out, has a time limit, and never asks', () => {
		for (const action of actions()) {
			if (action.kind !== 'fly') continue;
			expect(action.timeoutMs).toBeGreaterThan(0);
			if (action.input || action.catches) expect(action.isSecret).toBe(true);
			if (/^(volumes create|storage)/.test(action.args.join(' '))) expect(action.args).toContain('--yes');
			if (action.args[0] === 'deploy') expect(action.args).toContain('--ha=false');
		}
	});

	test('is the same every time, and every call is one of a kind', () => {
		expect(JSON.stringify(actions())).toBe(JSON.stringify(actions()));
		for (const step of steps.filter(each => each.isNeeded(plan))) {
			const calls = step.actions(plan, {is: 'absent'}).map(action => JSON.stringify(action));
			expect(calls.length, step.id).toBeGreaterThan(0);
			expect(new Set(calls).size).toBe(calls.length);
		}
	});
});
