import {describe, expect, test} from 'vitest';
import {questions as allQuestions, providers} from '../../source/cli/registry.ts';
import type {Answers} from '../../source/core/answer.ts';
import {buildPlanContext} from '../../source/core/plan/build-context.ts';
import {buildAnswerState} from '../questions/build-answer-state.ts';

const build = (answers: Readonly<Record<string, string>>): Answers =>
	new Map(Object.entries(answers).map(([id, value]) => [id, {value, origin: {kind: 'flag', text: ''}}]));
const keys = {'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'wJalr'};
const {secrets: store} = buildAnswerState({secrets: keys});

describe.each(providers)('$id', provider => {
	const answers = build({
		bucket: 'blog-1-replica',
		prefix: 'blog-1',
		...provider.samples.good.answers,
	});

	test('is reached where its sample says', () => {
		expect(provider.target(answers)).toEqual(provider.samples.good.target);
	});

	test('its own answers fit its own questions, and what it is asked again for it asks', () => {
		const sampled = [...Object.keys(provider.samples.good.answers), ...Object.keys(provider.samples.bad)];
		const named = Object.values(provider.questionOf).filter(id => id !== undefined);
		const own = (provider.questions ?? []).map(({id}) => id);
		expect([...sampled, ...named, ...own].filter(id => !provider.asks.includes(id))).toEqual([]);
		expect(provider.samples.bad.bucket).toBeDefined();
		expect(provider.parseBucket(provider.samples.bad.bucket ?? '').ok).toBe(false);
		expect(provider.parseBucket('blog-1-replica')).toEqual({ok: true, value: 'blog-1-replica'});
		if (provider.region) expect(provider.region.example).toMatch(provider.region.pattern);
	});

	test('passes Litestream the place of the replica in clear text', () => {
		const {endpoint, region} = provider.target(answers);
		const shown = provider
			.secrets(answers)
			.flatMap(({name, value}) => (value === undefined ? [] : [[name, value]]));
		expect(Object.fromEntries(shown)).toEqual({
			LITESTREAM_REPLICA_URL: 's3://blog-1-replica/blog-1',
			LITESTREAM_ENDPOINT: endpoint,
			LITESTREAM_REGION: region,
		});
	});

	test('sets a key pair only if it needs one, with its documented names', () => {
		const hidden = provider.secrets(answers).filter(({value}) => value === undefined);
		const {accessKeyId, secretAccessKey} = provider.keyNames;
		const found = hidden.map(wanted => [wanted.name, store.find(wanted)] as const);
		expect(found.map(([name, secret]) => [name, secret?.name, secret?.reveal()])).toEqual(
			provider.bringsKeys
				? [
						[accessKeyId, accessKeyId, 'AKIAIOSFODNN7EXAMPLE'],
						[secretAccessKey, secretAccessKey, 'wJalr'],
					]
				: [],
		);
	});

	test('needs the same secrets without keys at hand, so that those on the app are kept', () => {
		const plan = (secrets: Readonly<Record<string, string>>) => {
			const planned = {app: 'blog-1', org: 'personal', region: 'sjc', 'vm-size': 'x', 'vm-memory': '1024'};
			const state = buildAnswerState({provider, secrets});
			const options = {adopt: false, redeploy: false, existing: undefined, templates: new Map()};
			return buildPlanContext({...state, answers: new Map([...answers, ...build(planned)])}, options);
		};
		const names = (secrets: Readonly<Record<string, string>>): readonly string[] =>
			plan(secrets).storageSecrets.map(({name}) => name);
		expect(names({})).toEqual(names(keys));
		const kept = plan({}).storageSecrets.filter(({value}) => value === undefined);
		expect(kept.filter(({from}) => from !== undefined)).toEqual([]);
	});

	test('asks only existing questions, including bucket and prefix', () => {
		const ids = allQuestions.map(({id}) => id);
		expect(ids).toEqual(expect.arrayContaining([...provider.asks, 'bucket', 'prefix']));
		expect(provider.asks).toEqual(expect.arrayContaining(['bucket', 'prefix', 'endpoint']));
		expect(provider.asks.includes('access-key-id')).toBe(provider.bringsKeys);
		expect(ids).toEqual(expect.arrayContaining(Object.keys(provider.whereToFind)));
		expect(provider.terms !== undefined).toBe(provider.makesBucket);
	});
});

test('no other name is said by two providers', () => {
	// What is the id of one may be said by another, which gives way.
	const names = providers.flatMap(({aliases = []}) => aliases);
	expect(new Set(names).size).toBe(names.length);
	for (const name of names) expect(name).toMatch(/^[a-z\d]+$/);
});
