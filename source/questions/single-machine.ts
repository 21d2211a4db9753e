import {accepted, refused} from '../core/answer.ts';
import type {Question} from '../core/questions/question.ts';

/** Asked only if an app that keeps its state in processes runs on more than one machine. */
export const singleMachine: Question = {
	id: 'single-machine',
	label: 'machines',
	title: 'Scale the app to one machine',
	why: "Each machine keeps its own state in memory, so visitors on different machines see different data. Scaling to one loses the others' state.",
	kind: 'choice',
	flag: {name: '--single-machine', help: 'scale an app on several machines to one'},
	otherFlag: 'fly scale count 1 yourself',
	help: 'Choose yes to run fly scale count 1. To run several machines, cluster the app first; phxfly doctor lists what is missing.',
	isOneOff: true,
	unanswered: 'several-machines',
	samples: {good: ['yes'], bad: ['no']},
	applies: ({findings: {machines}}) => machines !== undefined,

	finding: ({findings: {machines}, answers}) =>
		machines &&
		`${answers.get('app')?.value ?? 'The app'} runs on ${machines.length} machines: ${machines.join(', ')}.`,

	describe: (value, {findings: {machines}}) =>
		value === 'yes' ? `keep one of ${machines?.length ?? 'several'}` : 'unchanged',

	choices: () => [
		{value: 'stop', label: 'stop', hint: 'change nothing', leads: 'stop'},
		{value: 'yes', label: 'yes', hint: 'keep one, destroy the others'},
	],

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (/^(?:yes|y|true)$/.test(text)) return accepted('yes');
		return text === 'stop' ? accepted('stop') : refused('Choose yes or stop.');
	},
};
