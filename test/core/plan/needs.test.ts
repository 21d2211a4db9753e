import {expect, test} from 'vitest';
import {resolveNeeds} from '../../../source/core/plan/step.ts';

test('a step that says what it comes before is needed by that, once, and nothing else changes', () => {
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
