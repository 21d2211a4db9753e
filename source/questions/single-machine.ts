import {accepted, refused} from '../core/answer.ts';
import type {Question} from '../core/questions/question.ts';

/** Asked only when an app whose state is in its processes runs on more than one machine. */
export const singleMachine: Question = {
	id: 'single-machine',
	label: 'machines',
	title: 'Bring the app to one machine',
	why: 'Each machine has a state of its own in its processes, so people on one do not see what happens on the other. Going to one loses what the others keep in memory.',
	kind: 'choice',
	flag: {name: '--single-machine', help: 'bring an app that runs on several machines to one'},
	otherFlag: 'fly scale count 1 by hand',
	help: 'With yes fly scale count 1 destroys all but one. To run several on purpose the app must be clustered first: phxfly doctor tells what that needs.',
	isOneOff: true,
	unanswered: 'several-machines',
	samples: {good: ['yes'], bad: ['no']},
	applies: ({findings: {machines}}) => machines !== undefined,

	finding: ({findings: {machines}, answers}) =>
		machines &&
		`${answers.get('app')?.value ?? 'The app'} runs on ${machines.length} machines: ${machines.join(', ')}.`,

	describe: (value, {findings: {machines}}) =>
		value === 'yes' ? `one stays of ${machines?.length ?? 'several'}` : 'as they are',

	choices: () => [
		{value: 'yes', label: 'yes', hint: 'one stays, the others are destroyed'},
		{value: 'stop', label: 'stop', hint: 'leave everything as it is', leads: 'stop'},
	],

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (/^(?:yes|y|true)$/.test(text)) return accepted('yes');
		return text === 'stop' ? accepted('stop') : refused('Answer yes or stop.');
	},
};
