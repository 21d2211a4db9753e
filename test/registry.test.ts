import {readdirSync, readFileSync} from 'node:fs';
import {inspect} from 'node:util';
import {beforeAll, describe, expect, test} from 'vitest';
import * as registry from '../source/cli/registry.ts';
import {buildPlanContext} from '../source/core/plan/build-context.ts';
import type {PlanContext} from '../source/core/plan/context.ts';
import {type Finding, resolveNeeds, type Step} from '../source/core/plan/step.ts';
import {gatherAnswers} from '../source/core/questions/gather.ts';
import type {SecretStore} from '../source/core/secrets/secret.ts';
import type {Provider} from '../source/core/storage/provider.ts';
import {requireOrder} from './helpers/graph.ts';
import {readSourceFiles, toKebab} from './helpers/source-files.ts';
import {buildAnswerState} from './questions/build-answer-state.ts';

const {checks, commands, profiles, providers, questions, steps, rules} = registry;
const lists = {checks, profiles, providers, questions, steps, rules};
const source = new URL('../source/', import.meta.url);
/** Without strings, and without commands: a command may have the name of its step. */
const registryText = ['cli/registry.ts', 'cli/rules.ts']
	.map(path => readFileSync(new URL(path, source), 'utf8'))
	.join('\n')
	.replace(/'[^'\n]*'|^export \{rules\} .*$|^\t\tload: .*$/gm, '');

/** The questions of a provider are in its file. */
const own = providers.flatMap(({questions: its = []}) => its);

const folders = [
	{folder: 'questions', type: 'Question', list: questions.filter(question => !own.includes(question))},
	{folder: 'profiles', type: 'Profile', list: profiles},
	{folder: 'providers', type: 'Provider', list: providers},
	{folder: 'steps', type: 'Step', list: steps},
	{folder: 'checks/verify', type: 'Check', list: checks},
	{folder: 'checks/doctor', type: 'Rule', list: rules},
] as const;

describe.each(folders)('$folder', ({folder, type, list}) => {
	const entries = readSourceFiles(`source/${folder}`).flatMap(({path, text}) =>
		[...text.matchAll(new RegExp(`^export const (\\w+): ${type}(?: & \\w+)? =`, 'gm'))].map(
			([, name = '']) => ({
				path,
				name,
			}),
		),
	);

	test('every entry is listed by one import and one line, and named after its id; its file is named after one of its entries', async () => {
		for (const {path, name} of entries) {
			const module = (await import(new URL(`../${path}`, import.meta.url).href)) as Record<string, unknown>;
			expect(list, name).toContain(module[name]);
			const beside = entries.filter(each => each.path === path).map(each => toKebab(each.name));
			expect(beside, path).toContain(path.replace(/^.*\/|\.ts$/g, ''));
			expect(registryText.match(new RegExp(`\\b${name}\\b`, 'g')), name).toHaveLength(2);
		}

		expect(entries).toHaveLength(list.length);
	});

	test('only the registry and its own folder know an entry by name', () => {
		const own = `source/${folder}/`;
		const known = readSourceFiles('source').filter(
			({path, imports}) =>
				!/^source\/cli\/(?:registry|rules)\.ts$/.test(path) &&
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

test('steps, questions, and rules are named after their ids', async () => {
	const named = folders.filter(({folder}) => /^(?:steps|questions|checks\/doctor)$/.test(folder));
	for (const {folder, list} of named) {
		for (const {path} of readSourceFiles(`source/${folder}`)) {
			const module = (await import(new URL(`../${path}`, import.meta.url).href)) as Record<string, unknown>;
			for (const [name, entry] of Object.entries(module)) {
				const found = list.find(each => each === entry);
				if (found) expect(toKebab(name)).toBe(found.id);
			}
		}
	}
});

test('steps come after what they need, and need only steps', () => {
	requireOrder(
		resolveNeeds(steps),
		steps.map(({id}) => id),
	);
	expect(() =>
		requireOrder(
			[...steps].reverse(),
			steps.map(({id}) => id),
		),
	).toThrow('stands after it');
});

test('titles of steps begin with an imperative, and of checks state a fact', () => {
	for (const {title, resource} of steps) {
		for (const said of [title, ...(resource ? [resource.removalTitle] : [])]) {
			expect(said).toMatch(/^[A-Z][a-z]+(?: .*[^.])?$/);
			expect(said).not.toMatch(
				/^(?:\w+(?:ing|ed|s)|The|An?|No|One|App|Volume|Bucket|Certificate|Machine|File|Secret)\b/,
			);
		}
	}

	for (const {title} of checks) expect(title).toMatch(/^[A-Z\d].*[^.]$/);
});

test('no two steps create the same kind of resource, and each has its own place in the order of deletion', () => {
	const made = steps.flatMap(({resource}) => resource ?? []);
	expect(new Set(made.map(({kind}) => kind)).size).toBe(made.length);
	expect(new Set(made.map(({removalOrder}) => removalOrder)).size).toBe(made.length);
	for (const {resource, remove, isLeft} of steps) {
		if (resource) expect([remove, isLeft].map(each => typeof each)).toEqual(['function', 'function']);
	}
});

test('one step ships, and one creates the app', () => {
	expect(steps.filter(({ships}) => ships)).toHaveLength(1);
	expect(steps.filter(({startsAfresh}) => startsAfresh)).toHaveLength(1);
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
/** Answers unless the provider has its own. */
const flags: Readonly<Record<string, string>> = Object.fromEntries(
	questions.flatMap(({id, kind, samples, isOneOff}) =>
		kind === 'secret' || isOneOff || samples?.good[0] === undefined ? [] : [[id, samples.good[0]]],
	),
);

/** Takes the path of a whole run: from flags and environment to answers, and from answers to what the steps see. */
function planWith(provider: Provider): {readonly plan: PlanContext; readonly secrets: SecretStore} {
	const files = readdirSync(new URL('../templates/wisp/', source), {recursive: true, withFileTypes: true});
	const folder = new URL('../templates/wisp/', source).pathname;
	const templates = new Map(
		files
			.filter(entry => entry.isFile())
			.map(entry => `${entry.parentPath}/${entry.name}`)
			.map(path => [path.replace(/\/+/g, '/').slice(folder.length), readFileSync(path, 'utf8')]),
	);
	const state = gatherAnswers(questions, buildAnswerState(), {
		flags: new Map(Object.entries({...flags, ...provider.samples.good.answers, storage: provider.id})),
		environment: provider.bringsKeys ? canaries : {RESEND_API_KEY: canaries.RESEND_API_KEY},
		secretFiles: new Map(),
		answersFile: new Map(),
		journal: new Map(),
		lastTime: new Map(),
		listedSecrets: new Set(),
	});
	expect(state.open.map(({id}) => id)).toEqual([]);
	const plan = buildPlanContext(state, {adopt: false, redeploy: false, existing: undefined, templates});
	return {plan, secrets: state.secrets};
}

/** A step that changes a leased machine waits for the lease or clears it. */
const lease = {machineId: '0123456789abcd', expiresAtMs: 99, owner: 'dev@example.com'};

describe.each(providers)('with $id, what the steps would do', provider => {
	let plan: PlanContext;
	let secrets: SecretStore;
	beforeAll(() => {
		({plan, secrets} = planWith(provider));
	});

	const findings = ({samples = []}: Step): readonly Finding[] => {
		const names = [...plan.appSecrets, ...plan.storageSecrets].map(({name}) => name);
		const files = plan.files.map(({path}) => path);
		return [
			{is: 'absent'},
			...[names, files, ...samples].flatMap(missing => [
				{is: 'partial', missing} as const,
				...[true, false].map(isOurs => ({is: 'partial', missing, lease: {...lease, isOurs}}) as const),
			]),
		];
	};
	const actions = () =>
		steps
			.filter(step => step.isNeeded(plan))
			.flatMap(step => findings(step).flatMap(finding => step.actions(plan, finding)));

	test('names secrets and never contains a value', () => {
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

	test('names the app in every call', () => {
		for (const action of actions()) {
			if (action.kind !== 'fly' || /^(apps create|storage destroy)/.test(action.args.join(' '))) continue;
			expect(action.args.slice(action.args.indexOf('-a'))[1], action.args.join(' ')).toBe('blog-1');
		}
	});

	test('is private if it sends or prints secrets, has a time limit, and never asks', () => {
		for (const action of actions()) {
			if (action.kind !== 'fly') continue;
			expect(action.timeoutMs).toBeGreaterThan(0);
			if (action.input || action.catches) expect(action.isSecret).toBe(true);
			if (/^(volumes create|storage)/.test(action.args.join(' '))) expect(action.args).toContain('--yes');
			if (action.args[0] === 'deploy') expect(action.args).toContain('--ha=false');
		}
	});

	test('has the lock if it changes secrets', () => {
		for (const step of steps.filter(each => each.isNeeded(plan))) {
			const calls = findings(step).flatMap(finding => step.actions(plan, finding));
			const isSecret = calls.some(
				call => call.kind === 'fly' && (call.isSecret || call.input || call.catches),
			);
			expect(step.locks.includes('app-secrets'), step.id).toBe(isSecret);
		}
	});

	test('is the same every time, and has no call twice', () => {
		expect(JSON.stringify(actions())).toBe(JSON.stringify(actions()));
		for (const step of steps.filter(each => each.isNeeded(plan))) {
			const all = findings(step).map(finding =>
				step.actions(plan, finding).map(call => JSON.stringify(call)),
			);
			expect(all.flat().length, step.id).toBeGreaterThan(0);
			for (const calls of all) expect(new Set(calls).size).toBe(calls.length);
		}
	});
});
