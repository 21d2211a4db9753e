import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {startSection} from '../../../source/core/journal.ts';
import {findPlanChanges} from '../../../source/core/plan/changes.ts';
import {
	buildPlanFile,
	type PlanFile,
	readPlanFile,
	writePlanFile,
} from '../../../source/core/plan/saved-plan.ts';
import {hash, makePlan} from '../../helpers/make-plan.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const make = (answers: Readonly<Record<string, string>> = {}): PlanFile => {
	const plan = makePlan({profile: 'wisp', provider: 'tigris', answers});
	const state = {...buildAnswerState(), answers: plan.context.answers};
	return buildPlanFile({plan, state, tool: '0.1.0', isRehearsal: false, hash});
};

const saved = make();
const fresh = startSection('blog-1', 'personal');
/** A journal whose run started with this plan. */
const begun = (more: Partial<typeof fresh> = {}) => ({...fresh, plan: saved.digest, ...more});

/** The saved plan as phxfly would create it now, with different findings for some steps. */
const now = (found: Readonly<Record<string, {found: string; calls?: readonly string[]}>>): PlanFile => ({
	...saved,
	seen: {app: 'blog-1', host: 'blog-1.fly.dev', runs: 'no'},
	steps: saved.steps.map(step => {
		const other = found[step.id];
		if (!other) return step;
		const actions = step.actions.filter(({argv}) => other.calls?.includes(argv.join(' ')));
		const extra = (other.calls ?? []).filter(call => !step.actions.some(({argv}) => argv.join(' ') === call));
		return {
			...step,
			found: other.found,
			actions: [...actions, ...extra.map(call => ({argv: call.split(' '), reads: []}))],
		};
	}),
});

test('reads what it wrote', () => {
	expect(readPlanFile(writePlanFile(saved), 'plan.json', hash)).toEqual(saved);
	expect(writePlanFile(make())).toBe(writePlanFile(saved));
	expect(make({region: 'ams'}).digest).not.toBe(saved.digest);
});

test('rejects any changed byte with a sentence', () => {
	const text = writePlanFile(saved);
	fc.assert(
		fc.property(fc.nat(text.length - 2), fc.string({minLength: 1, maxLength: 3}), (at, put) => {
			const spoilt = text.slice(0, at) + put + text.slice(at + put.length);
			let problem = '';
			try {
				// Whitespace between the values does not count.
				if (JSON.stringify(JSON.parse(spoilt)) === JSON.stringify(saved)) return;
			} catch {}

			try {
				readPlanFile(spoilt, 'plan.json', hash);
			} catch (error) {
				expect(error).toMatchObject({
					exit: 'usage',
					code: expect.stringMatching(/^plan-(?:unreadable|newer|edited)$/),
				});
				problem = String(error);
			}

			expect(problem).not.toBe('');
		}),
		{numRuns: 300},
	);
});

test.each([
	{
		what: 'a name of every object',
		edit: (text: string) => text.replace('{', '{"constructor": 1,'),
		code: 'plan-edited',
		says: 'constructor',
	},
	{
		what: 'the prototype',
		edit: (text: string) => text.replace('{', '{"__proto__": {"v": 1},'),
		code: 'plan-edited',
		says: '__proto__',
	},
	{
		what: 'the prototype inside',
		edit: (text: string) => text.replace('"seen": {', '"seen": {"__proto__": "x",'),
		code: 'plan-edited',
		says: 'seen.__proto__',
	},
	{
		what: 'deep nesting',
		edit: (text: string) => text.replace('{', `{"x": ${'['.repeat(20_000)}${']'.repeat(20_000)},`),
		code: 'plan-unreadable',
		says: 'line 1: the nesting is too deep',
	},
])('rejects $what, which its digest does not cover', ({edit, code, says}) => {
	const spoilt = edit(writePlanFile(saved));
	expect(() => readPlanFile(spoilt, 'plan.json', hash)).toThrow(
		expect.objectContaining({code, exit: 'usage'}),
	);
	expect(() => readPlanFile(spoilt, 'plan.json', hash)).toThrow(says);
});

describe('a plan that was not started', () => {
	test('is not stale if nothing changed', () => {
		expect(findPlanChanges(saved, saved, fresh)).toEqual([]);
	});

	test.each<{what: string; changed: PlanFile; says: string}>([
		{
			what: 'another account',
			changed: {...saved, account: {...saved.account, email: 'other@example.com'}},
			says: 'The plan was made as dev@example.com, but flyctl is logged in as other@example.com.',
		},
		{
			what: 'a file that is gone',
			changed: {...saved, project: {...saved.project, files: {}}},
			says: 'mix.exs is gone.',
		},
		{
			what: 'a new question',
			changed: {
				...saved,
				answers: [...saved.answers, {id: 'adopt', value: 'yes', origin: {kind: 'you', text: 'you'}}],
			},
			says: 'adopt: the plan has no answer for this new question.',
		},
		{
			what: 'a question that no longer applies',
			changed: {...saved, answers: saved.answers.slice(1)},
			says: `${saved.answers[0]?.id}: this question no longer applies.`,
		},
		{
			what: 'different commands for the same state',
			changed: {
				...saved,
				steps: saved.steps.map(step => (step.id === 'create-app' ? {...step, actions: []} : step)),
			},
			says: 'Create the app: the commands would differ: none.',
		},
		{
			what: 'different template texts',
			changed: {...saved, changes: saved.changes.map(change => ({...change, after: hash('other')}))},
			says: 'Dockerfile would get different content (planned by phxfly 0.1.0, this is 0.1.0).',
		},
		{what: 'an app that exists now', changed: now({}), says: 'App blog-1 was created since.'},
	])('is stale for $what', ({changed, says}) => {
		expect(findPlanChanges(saved, changed, fresh)).toContain(says);
	});
});

describe('a plan that was started', () => {
	const create =
		'fly volumes create wisp_data -a blog-1 --region sjc --size 1 --vm-size shared-cpu-1x --vm-memory 1024 --snapshot-retention 5 --yes --json';
	const secrets = 'fly secrets import --stage -a blog-1';

	test('continues from what its own run created', () => {
		const journal = begun({
			ids: {'create-app': 'blog-1', 'create-volume': 'vol_1'},
			made: [{step: 'create-app', id: 'blog-1'}],
		});
		const changed = now({
			'create-app': {found: 'there: blog-1'},
			'create-volume': {found: 'there: vol_1'},
			'set-secrets': {found: 'missing: SECRET_KEY_BASE, PHX_HOST, RESEND_API_KEY', calls: [secrets]},
		});
		expect(findPlanChanges(saved, changed, journal)).toEqual([]);
		// The same in an account where another run created it.
		expect(findPlanChanges(saved, changed, {...journal, plan: hash('another')})).toContain(
			'App blog-1 was created since.',
		);
	});

	test('continues after a call whose answer was lost', () => {
		const intent = {marker: 'm', step: 'create-volume', argv: [], before: [], startedAtMs: 0};
		const changed = now({'create-volume': {found: 'there: vol_1'}});
		expect(findPlanChanges(saved, changed, begun({calls: [intent]}))).toEqual([]);
	});

	test('recognizes secrets that it set by their record in the journal', () => {
		const entry = {digest: '', salt: '', fingerprint: ''};
		const all = {SECRET_KEY_BASE: entry, PHX_HOST: entry, RESEND_API_KEY: entry};
		const changed = now({'set-secrets': {found: 'there: all'}});
		expect(findPlanChanges(saved, changed, begun({secrets: all}))).toEqual([]);
		expect(findPlanChanges(saved, changed, begun({secrets: {PHX_HOST: entry}}))).toEqual([
			'Set the secrets: was absent, now there: all.',
		]);
	});

	test('is stale if something else created a resource, or if it would do more than planned', () => {
		expect(findPlanChanges(saved, now({'create-volume': {found: 'there: vol_2'}}), begun())).toEqual([
			'Create the volume: was absent, now there: vol_2.',
		]);
		const more = now({'create-volume': {found: 'missing: x', calls: [create, 'fly volumes extend vol_1']}});
		expect(findPlanChanges(saved, more, begun())).toEqual(['Create the volume: was absent, now missing: x.']);
	});

	test('accepts a file that it wrote, and no other content', () => {
		const [change] = saved.changes;
		if (!change) throw new Error('nothing is written');
		const withFile = (digest: string): PlanFile => ({
			...saved,
			project: {...saved.project, files: {...saved.project.files, [change.path]: digest}},
		});
		expect(findPlanChanges(saved, withFile(change.after), begun())).toEqual([]);
		expect(findPlanChanges(saved, withFile(change.after), fresh)).toEqual([`${change.path} is new.`]);
		expect(findPlanChanges(saved, withFile(hash('other')), begun())).toEqual([`${change.path} is new.`]);
	});
});
