import {accepted, refused} from '../core/answer.ts';
import type {Question} from '../core/questions/question.ts';

/** Asked only if the chosen app exists and there is no record that this project created it. */
export const adopt: Question = {
	id: 'adopt',
	label: 'adopt',
	title: 'Adopt the existing app',
	why: 'An app with this name already exists in your account. If you adopt it, phxfly deploys this code to it.',
	kind: 'choice',
	otherFlag: '--adopt',
	help: 'If this is not your app, press esc and choose another name.',
	samples: {good: ['yes'], bad: ['']},
	applies: ({findings: {existingApp}}) => existingApp !== undefined,

	choices: ({findings: {existingApp}}) => [
		{value: 'no', label: 'no', hint: 'choose another name', leads: {ask: 'app'}},
		{value: 'yes', label: 'yes', hint: existingApp ?? ''},
	],

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (text === 'yes' || text === 'y') return accepted('yes');
		return refused('Press esc and choose another name.');
	},
};
