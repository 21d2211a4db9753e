import {describe, expect, test} from 'vitest';
import {questions} from '../../../source/cli/registry.ts';
import type {Answer} from '../../../source/core/answer.ts';
import {acceptAnswer, gatherAnswers, withoutAnswer} from '../../../source/core/questions/gather.ts';
import {listQuestions} from '../../../source/core/questions/named-secret.ts';
import type {AnswerState} from '../../../source/core/questions/question.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const map = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));
const journal = (entries: Readonly<Record<string, string>>) =>
	new Map(
		Object.entries(entries).map(([id, value]): [string, Answer] => [
			id,
			{value, origin: {kind: 'journal', text: 'x'}},
		]),
	);

const nothing: Parameters<typeof gatherAnswers>[2] = {
	flags: new Map(),
	environment: {},
	secretFiles: new Map(),
	answersFile: new Map(),
	journal: new Map(),
	lastTime: new Map(),
	listedSecrets: new Set(),
};

const gather = (sources: Partial<Parameters<typeof gatherAnswers>[2]> = {}, state = buildAnswerState()) =>
	gatherAnswers(questions, state, {...nothing, ...sources});

/** The questions whose values are in the store. */
const held = ({secrets}: AnswerState) => questions.map(({id}) => id).filter(id => secrets.get(id));

const mailKey = 're_0123456789abcdefghij';

describe('the first source with an answer wins', () => {
	test.each([
		{
			kind: 'flag',
			sources: {
				flags: map({app: 'by-flag'}),
				answersFile: map({app: 'by-file'}),
				journal: journal({app: 'by-journal'}),
			},
			app: 'by-flag',
		},
		{
			kind: 'answers-file',
			sources: {answersFile: map({app: 'by-file'}), journal: journal({app: 'by-journal'})},
			app: 'by-file',
		},
		{kind: 'journal', sources: {journal: journal({app: 'by-journal'})}, app: 'by-journal'},
		{kind: 'project', sources: {}, app: 'by-project'},
	])('$kind', ({kind, sources, app}) => {
		const state = gather(sources, buildAnswerState({flyToml: 'app = "by-project"\n'}));
		expect(state.answers.get('app')).toMatchObject({value: app, origin: {kind}});
	});

	test('a flag that declines a secret and a file of it exclude each other, unless the app requires the variable', () => {
		const name = 'RESEND_API_KEY';
		const sources = {flags: map({'mail-key': 'none'}), secretFiles: map({[name]: mailKey})};
		expect(() => gather(sources)).toThrow(
			'Use --no-mail or --secret-file RESEND_API_KEY, not both: one declines the secret, the other provides it.',
		);
		const state = buildAnswerState();
		const read = {name, path: 'config/runtime.exs', line: 1, isRequired: true, stopsBoot: true};
		const asked = listQuestions(questions, {...state.facts, secretReads: [read]}, []);
		const gathered = gatherAnswers(asked, state, {...nothing, ...sources});
		expect(gathered.answers.get('mail-key')?.value).toBe('none');
		expect(gathered.secrets.get(`secret_${name}`)?.reveal()).toBe(mailKey);
	});

	test('a secret: file before environment, and an empty variable does not count', () => {
		const name = 'RESEND_API_KEY';
		const both = gather({secretFiles: map({[name]: mailKey}), environment: {[name]: `${mailKey}x`}});
		expect(both.secrets.get('mail-key')?.reveal()).toBe(mailKey);
		expect(both.answers.get('mail-key')).toMatchObject({
			value: 'given',
			origin: {kind: 'flag', text: `--secret-file ${name}`},
		});
		expect(held(gather({environment: {[name]: ''}}))).toEqual([]);
	});

	test('--no-mail overrides a key in the environment', () => {
		const state = gather({flags: map({'mail-key': 'none'}), environment: {RESEND_API_KEY: mailKey}});
		expect([state.answers.get('mail-key')?.value, held(state)]).toEqual(['none', []]);
	});
});

describe('what the person chose last time', () => {
	const lastTime = map({
		org: 'acme',
		region: 'fra',
		storage: 'b2',
		app: 'another',
		domain: 'old.example.com',
	});
	const orgs = new Map([
		['personal', 'Dev'],
		['acme', 'Acme'],
	]);
	const origin = {kind: 'last-time', text: 'last time'};

	test('answers organization, region, and provider, and nothing else', () => {
		const state = gather({lastTime}, buildAnswerState({orgs}));
		expect(state.answers.get('org')).toEqual({value: 'acme', origin});
		expect(state.answers.get('region')).toEqual({value: 'fra', origin});
		expect(state.answers.get('storage')).toEqual({value: 'b2', origin});
		expect(state.provider?.id).toBe('b2');
		expect(state.open.map(({id}) => id)).toEqual(expect.arrayContaining(['app', 'domain']));
		const values = [...state.answers].filter(([, answer]) => answer.origin.kind === 'last-time');
		expect(values.map(([id]) => id)).toEqual(['org', 'region', 'storage']);
	});

	test.each([
		['flag', {flags: map({region: 'sjc'})}],
		['answers-file', {answersFile: map({region: 'sjc'})}],
		['journal', {journal: journal({region: 'sjc'})}],
		['project', {}],
	])('comes after an answer of kind %s', (kind, sources) => {
		const flyToml = 'app = "blog-1"\nprimary_region = "sjc"\n';
		const state = gather({lastTime, ...sources}, buildAnswerState({orgs, flyToml}));
		expect(state.answers.get('region')).toMatchObject({value: 'sjc', origin: {kind}});
	});

	test('is ignored once it is no longer valid', () => {
		const old = map({org: 'gone', region: 'mad', storage: 'floppy'});
		const state = gather({lastTime: old}, buildAnswerState({orgs}));
		expect(state.open.map(({id}) => id)).toEqual(expect.arrayContaining(['org', 'region', 'storage']));
		expect(state.provider).toBeUndefined();
	});

	test('is of no use where an account has one organization', () => {
		const only = new Map([['personal', 'Dev']]);
		const state = gather({lastTime: map({org: 'personal'})}, buildAnswerState({orgs: only}));
		expect(state.answers.get('org')).toMatchObject({value: 'personal', origin: {kind: 'account'}});
	});
});

test('lists open questions in order, if they apply', () => {
	const open = gather().open.map(({id}) => id);
	expect(open).toEqual(expect.arrayContaining(['app', 'region', 'domain', 'storage']));
	expect(open).not.toContain('r2-account-id');
	const order = questions.map(({id}) => id).filter(id => open.includes(id));
	expect(open).toEqual(order);
});

test('the storage answer decides which questions follow', () => {
	expect(gather({flags: map({storage: 'r2'})}).open.map(({id}) => id)).toContain('r2-account-id');
	const tigris = gather({flags: map({storage: 'tigris', app: 'blog-1'})});
	expect(tigris.provider?.id).toBe('tigris');
	expect(tigris.open.map(({id}) => id)).not.toContain('access-key-id');
	expect(tigris.answers.get('bucket')).toMatchObject({
		value: 'blog-1-replica',
		origin: {kind: 'default'},
	});
	expect(withoutAnswer(tigris, 'storage').provider).toBeUndefined();
});

describe('a bad answer', () => {
	test('by flag or file is rejected with the flag and a suggestion', () => {
		const act = () => gather({flags: map({domain: 'https://Blog.Example.com/x'})});
		expect(act).toThrow(
			expect.objectContaining({code: 'answer-refused', exit: 'usage', questionId: 'domain'}),
		);
		expect(act).toThrow('Did you mean blog.example.com?');
		expect(() => gather({answersFile: map({app: 'Not A Name!'})})).toThrow(
			expect.objectContaining({questionId: 'app'}),
		);
	});

	test('that is a secret is rejected without showing it', () => {
		const value = `${mailKey} with words`;
		try {
			gather({environment: {RESEND_API_KEY: value}});
			expect.unreachable();
		} catch (error) {
			expect(error).toMatchObject({code: 'answer-refused'});
			expect(JSON.stringify([String(error), error])).not.toContain(mailKey);
		}
	});

	test('of an earlier run is asked again', () => {
		const state = gather({journal: journal({app: 'Not A Name!'})});
		expect(state.open.map(({id}) => id)).toContain('app');
		expect(state.answers.has('app')).toBe(false);
	});
});

describe('a secret of an earlier run', () => {
	const sources = {flags: map({storage: 's3'}), journal: journal({'mail-key': 'given'})};

	test('is not needed again if the app has it', () => {
		const state = gather({...sources, listedSecrets: new Set(['RESEND_API_KEY'])});
		expect(state.answers.get('mail-key')).toEqual({
			value: 'given',
			origin: {kind: 'journal', text: 'set earlier, kept'},
		});
		expect(held(state)).not.toContain('mail-key');
		expect(state.open.map(({id}) => id)).not.toContain('mail-key');
	});

	test('is asked for again if it is gone', () => {
		expect(gather(sources).open.map(({id}) => id)).toContain('mail-key');
	});
});

test('keeps an accepted secret out of the answers, and drops it with its answer', () => {
	const question = questions.find(({id}) => id === 'mail-key');
	if (!question) throw new Error('there is no such question');
	const origin = {kind: 'you', text: 'you'} as const;
	const given = acceptAnswer(buildAnswerState(), question, mailKey, origin);
	expect(held(given)).toEqual(['mail-key']);
	expect(JSON.stringify([...given.answers, given.secrets.get('mail-key')])).not.toContain(mailKey);
	expect(given.secrets.get('mail-key')?.name).toBe('RESEND_API_KEY');
	const none = acceptAnswer(given, question, 'none', origin);
	expect([none.answers.get('mail-key')?.value, held(none)]).toEqual(['none', []]);
	expect(given.answers.get('mail-key')?.value).toBe('given');
});
