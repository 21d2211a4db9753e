import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {questions as allQuestions, providers} from '../../source/cli/registry.ts';
import {none, readAnswer} from '../../source/core/answer.ts';
import type {AnswerState} from '../../source/core/questions/question.ts';
import {buildAnswerState} from './build-answer-state.ts';

const flyToml = 'app = "blog-1"\nprimary_region = "sjc"\n';
const situations = [...providers, undefined].map(provider =>
	buildAnswerState({
		provider,
		flyToml,
		answers: {app: 'blog-1', bucket: 'blog-1-replica', ...provider?.samples.good.answers},
	}),
);

test('ids, labels and flags are unique', () => {
	for (const read of [
		({id}: (typeof allQuestions)[number]) => id,
		({label}: (typeof allQuestions)[number]) => label,
		({flag}: (typeof allQuestions)[number]) => flag?.name,
	]) {
		const values = allQuestions.map(read).filter(value => value !== undefined);
		expect(new Set(values).size).toBe(values.length);
	}
});

describe.each(allQuestions.map(question => [question.id, question] as const))('%s', (id, question) => {
	test('has a kebab-case id and a matching flag', () => {
		expect(id).toMatch(/^[a-z\d]+(?:-[a-z\d]+)*$/);
		if (question.kind === 'secret') expect(question.flag).toBeUndefined();
		else expect(question.flag?.name ?? question.otherFlag).toBe(`--${id}`);
		if (question.kind === 'secret') expect(question.environment).toMatch(/^[A-Z][A-Z\d_]*$/);
		for (const state of situations) expect(describeWhy(question, state)).toMatch(/\.$/);
		expect(question.label.length).toBeLessThanOrEqual(13);
	});

	test.each(situations)(
		'accepts its good samples and rejects its bad ones, those of a provider first (%#)',
		state => {
			const {good, bad} = question.samples ?? {good: [], bad: []};
			expect([...good, ...(question.choices?.(state) ?? [])]).not.toEqual([]);
			expect(bad).not.toEqual([]);
			const own = state.provider?.samples;
			const ownGood = own?.good.answers[id];
			if (state.provider && question.applies(state)) {
				for (const typed of ownGood === undefined ? good : [ownGood]) {
					expect(question.parse(typed, state), typed).toMatchObject({ok: true});
				}
			}

			const ownBad = own?.bad[id];
			for (const typed of [...bad, ...(ownBad === undefined ? [] : [ownBad])]) {
				expect(question.parse(typed, state), typed).toMatchObject({
					ok: false,
					problem: expect.stringMatching(/\.$/),
				});
			}
		},
	);

	test.each(situations)('accepts its own default and suggestion (%#)', state => {
		if (!question.applies(state)) return;
		const proposed = question.default?.(state);
		for (const value of [proposed?.value, question.suggestion?.(state)?.value]) {
			if (value !== undefined) expect(question.parse(value, state)).toMatchObject({ok: true, value});
		}

		// A quiet question without a proposal would stay open forever.
		if (question.isOptional?.(state)) expect(proposed).toBeDefined();
	});

	test.each(situations)('accepts each enabled choice (%#)', state => {
		for (const {value, disabled, cells, leads} of question.choices?.(state) ?? []) {
			// What leads to another question need not be an answer.
			if (!leads) expect(question.parse(value, state).ok).toBe(disabled === undefined);
			if (question.columns) expect(cells).toHaveLength(question.columns.length);
		}
	});

	test('any input: an accepted value or offer is accepted again unchanged, and problems never throw', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.string({unit: 'binary'})),
				fc.nat(situations.length - 1),
				(typed, at) => {
					const state = situations[at];
					if (state === undefined) return;
					const parsed = question.parse(typed, state);
					if (parsed.ok) {
						expect(question.parse(parsed.value, state)).toMatchObject({ok: true, value: parsed.value});
					} else if (parsed.offer !== undefined) {
						expect(question.parse(parsed.offer, state)).toMatchObject({ok: true});
					}
				},
			),
		);
	});

	test('none means none, or is rejected', () => {
		for (const state of situations) {
			const parsed = question.parse(none, state);
			if (parsed.ok) {
				const origin = {kind: 'flag', text: ''} as const;
				expect(readAnswer(new Map([[id, {value: parsed.value, origin}]]), id)).toBeUndefined();
			}
		}
	});
});

const describeWhy = ({why}: (typeof allQuestions)[number], state: AnswerState) =>
	typeof why === 'string' ? why : why(state);

const secrets = allQuestions.filter(({kind}) => kind === 'secret');

test.each(secrets)('a problem or note of $id never repeats the input', question => {
	const keys = fc.stringMatching(/^[\w+/=-]{6,80}$/);
	const wrapped = fc
		.tuple(
			keys,
			fc.constantFrom(
				'"KEY"',
				'KEY="%"',
				' % ',
				'%\n',
				'a % b',
				'\u0000%',
				'•%',
				'"%"',
				'%',
				'AKIA%',
				'tsec_%',
				'tid_%',
			),
		)
		.map(([key, form]) => [key, form.replace('%', () => key)] as const);
	fc.assert(
		fc.property(wrapped, fc.nat(situations.length - 1), ([key, typed], at) => {
			const state = situations[at];
			if (state === undefined) return;
			const parsed = question.parse(typed, state);
			const said = parsed.ok ? (parsed.note ?? '') : parsed.problem;
			expect(said).not.toContain(typed);
			if (typed !== '"KEY"' && !/^[a-z_]+$/i.test(key)) expect(said).not.toContain(key);
		}),
	);
});

test('rejects an endpoint with credentials without repeating them', () => {
	const endpoint = allQuestions.find(({id}) => id === 'endpoint');
	const parsed = endpoint?.parse('https://AKIAKEY:hunter2secret@s3.example.com', buildAnswerState());
	expect(parsed).toEqual({
		ok: false,
		problem: expect.not.stringContaining('hunter2'),
		offer: 'https://s3.example.com',
	});
});

test('what a question resets, and where a choice leads, are questions', () => {
	const ids = allQuestions.map(({id}) => id);
	const named = situations.flatMap(state =>
		allQuestions.flatMap(({resets, choices}) => [
			...(resets?.(state, allQuestions) ?? []),
			...(choices?.(state) ?? []).flatMap(({leads}) => (typeof leads === 'object' ? [leads.ask] : [])),
		]),
	);
	expect(named).not.toEqual([]);
	expect(named.filter(id => !ids.includes(id))).toEqual([]);
});

test('a failure is got over by one question at most', () => {
	const codes = allQuestions.flatMap(({fixes}) => fixes ?? []);
	expect(new Set(codes).size).toBe(codes.length);
});
