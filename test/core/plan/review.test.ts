import {expect, test} from 'vitest';
import type {Plan} from '../../../source/core/plan/plan.ts';
import {buildReview} from '../../../source/core/plan/review.ts';
import {makePlan} from '../../helpers/make-plan.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const listMusts = (plan: Plan) => {
	const state = buildAnswerState({profile: plan.context.profile});
	const {musts} = buildReview(plan, [], state, []);
	return new Map(musts.map(({label, value}) => [label, value]));
};

const plan = makePlan({profile: 'wisp', provider: 'tigris'});

/** The same plan after a run that came as far as the step. */
const afterStep = (last: string): Plan => {
	const at = plan.steps.findIndex(({step}) => step.id === last);
	const steps = plan.steps.map((planned, index) =>
		index > at ? planned : {...planned, finding: {is: 'there', id: 'x'} as const, actions: [], isOurs: true},
	);
	return {...plan, steps};
};

test('a first setup says what it costs, what it accepts, and what cannot be undone', () => {
	const musts = listMusts(plan);
	expect([...musts.keys()]).toEqual(['per month', 'accepts', 'for good']);
	expect(musts.get('per month')).toMatch(/volume, 1 GB \$\d.*prices of/);
	expect(musts.get('accepts')).toContain('https://www.tigrisdata.com/docs/legal/service-terms/');
	expect(musts.get('for good')).toBe('the name blog-1 cannot change; the volume cannot leave sjc or shrink');
});

test('a resumed setup says first what exists and where it stopped', () => {
	const [first] = listMusts(afterStep('create-app'));
	expect(first?.[0]).toBe('resumes');
	expect(first?.[1]).toMatch(/^already done: .*create the app; next: \w+/);
});

test('terms that an existing bucket has accepted are not asked for again', () => {
	const bucket = plan.steps.find(({step}) => step.resource?.kind === 'bucket')?.step.id ?? '';
	const musts = listMusts(afterStep(bucket));
	expect(musts.has('accepts')).toBe(false);
	expect(musts.get('for good') ?? '').not.toContain('volume');
});
