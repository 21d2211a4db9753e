import {expect, test} from 'vitest';
import {questions} from '../../source/cli/registry.ts';
import type {AnswerState} from '../../source/core/questions/question.ts';
import type {Readers} from '../../source/core/readers.ts';
import type {QuestionView, UserAction} from '../../source/core/session/session.ts';
import {s3} from '../../source/providers/s3.ts';
import {askQuestions} from '../../source/wizard/ask.ts';
import type {Controller} from '../../source/wizard/controller.ts';
import {buildAnswerState} from '../questions/build-answer-state.ts';

/** Asks one question, with what the person does, and returns every view of it. */
async function ask(id: string, state: AnswerState, actions: readonly UserAction[]) {
	const views: QuestionView[] = [];
	const left = [...actions];
	const controller = {
		show(screen) {
			if (screen.kind === 'question') views.push(screen.question);
		},
		next: async () => left.shift() ?? {type: 'quit'},
	} as Pick<Controller, 'show' | 'next'> as Controller;
	const outcome = await askQuestions(controller, {
		questions: questions.filter(question => question.id === id),
		state,
		readers: {fly: {status: async () => undefined}, net: {request: async () => ({})}} as unknown as Readers,
		openPage: async () => false,
		onAnswer: () => undefined,
		onLookUp: async now => now,
		again: [id],
		settled: new Set(),
		putAside: new Map(),
	});
	expect(left).toEqual([]);
	return {views, outcome, answer: outcome.state.answers.get(id)};
}

const type = (id: string, typed: string): UserAction => ({type: 'answered', id, typed});
const flyToml = 'app = "blog-1"\nprimary_region = "sjc"\n';

test('a choice that was not proposed is not said to come from where the proposal does', async () => {
	const {views, answer} = await ask('region', buildAnswerState({flyToml}), [type('region', 'fra')]);
	expect(views).toMatchObject([
		{initial: 'sjc', because: 'fly.toml'},
		{initial: 'fra', because: undefined, isChecking: true},
	]);
	expect(answer).toEqual({value: 'fra', origin: {kind: 'you', text: 'you'}});

	const kept = await ask('region', buildAnswerState({flyToml}), [type('region', 'sjc')]);
	expect(kept.views).toMatchObject([{initial: 'sjc'}, {initial: 'sjc', because: 'fly.toml'}]);
	expect(kept.answer?.origin.text).toBe('fly.toml');
});

test('what was suggested is not said to be typed', async () => {
	const state = buildAnswerState({timeZone: 'UTC'});
	const {answer} = await ask('region', state, [type('region', 'iad')]);
	expect(answer?.origin.text).toBe('default: your time zone names no place');
});

test.each(['domain', 'mail-key'])('%s: an empty answer means none after a second Enter', async id => {
	const state = buildAnswerState({answers: {app: 'blog-1'}});
	const {views, answer} = await ask(id, state, [type(id, ''), type(id, 'none')]);
	expect(views[1]?.skip).toMatch(/^Without .*\. Press Enter again to skip it\.$/);
	expect(answer?.value).toBe('none');
});

test.each(['domain', 'mail-key'])('%s: a typed none is taken at once', async id => {
	const {views, answer} = await ask(id, buildAnswerState(), [type(id, 'none')]);
	expect(views.map(({skip}) => skip)).not.toContainEqual(expect.any(String));
	expect(answer?.value).toBe('none');
});

test('what cannot be left out is asked again', async () => {
	const state = buildAnswerState({provider: s3});
	const {views, outcome} = await ask('access-key-id', state, [type('access-key-id', ''), {type: 'quit'}]);
	expect(views[1]).toMatchObject({problem: 'The access key id is empty; paste it.', skip: undefined});
	expect(outcome.is).toBe('quit');
});

test('a secret that was given stays with an empty answer, and only its ending is shown', async () => {
	const first = await ask('mail-key', buildAnswerState(), [type('mail-key', 're_0123456789abcdefghijKLMN')]);
	const {views, outcome} = await ask('mail-key', first.outcome.state, [type('mail-key', '')]);
	expect(views[0]).toMatchObject({kept: 'Resend, key ends in KLMN, enter keeps it', initial: ''});
	expect(outcome.state.secrets.get('mail-key')?.reveal()).toBe('re_0123456789abcdefghijKLMN');
});
