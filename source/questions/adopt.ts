import {accepted, refused} from '../core/answer.ts';
import type {Question} from '../core/questions/question.ts';

/** Asked only when the chosen app exists and nothing says that this project made it. */
export const adopt: Question = {
	id: 'adopt',
	label: 'take over',
	title: 'Take over the app that exists',
	why: 'An app of this name is in the account already, and this project did not make it. Taken over, it gets this code.',
	kind: 'choice',
	otherFlag: '--adopt',
	help: 'If it is not yours to change, go back with esc and choose another name.',
	samples: {good: ['yes'], bad: ['']},
	applies: ({findings: {existingApp}}) => existingApp !== undefined,

	choices: ({findings: {existingApp}}) => [
		{value: 'no', label: 'no', hint: 'go back and choose another name', leads: {ask: 'app'}},
		{value: 'yes', label: 'yes', hint: existingApp ?? ''},
	],

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (text === 'yes' || text === 'y') return accepted('yes');
		return refused('Then it needs another name: go back to it with esc.');
	},
};
