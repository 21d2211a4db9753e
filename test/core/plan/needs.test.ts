import {expect, test} from 'vitest';
import {resolveNeeds} from '../../../source/core/plan/step.ts';

test('adds a step to the needs of the step it comes before, once, and changes nothing else', () => {
	const [first, last] = [
		{id: 'first', needs: []},
		{id: 'last', needs: ['first']},
	];
	const between = {id: 'between', needs: [], before: ['last', 'nowhere']};
	expect(resolveNeeds([first, between, last])).toEqual([
		first,
		between,
		{...last, needs: ['first', 'between']},
	]);
	expect(resolveNeeds([{...first, before: ['last']}, last])[1]).toBe(last);
});
