import {accepted, none, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Choice, Question} from '../core/questions/question.ts';

const choices: readonly Choice[] = [
	{value: none, label: none, hint: 'most buckets'},
	{value: 'eu', label: 'eu', hint: 'European Union'},
	{value: 'fedramp', label: 'fedramp', hint: 'FedRAMP'},
];

export const r2Jurisdiction: Question = {
	id: 'r2-jurisdiction',
	label: 'law',
	title: 'Jurisdiction of the bucket',
	why: 'A bucket that was made with a jurisdiction has an address of its own.',
	example: none,
	kind: 'choice',
	flag: {name: '--r2-jurisdiction', value: 'none|eu|fedramp', help: 'jurisdiction the bucket was made with'},
	isAsked: isAskedByProvider('r2-jurisdiction'),
	isQuiet: () => true,
	propose: () => proposeDefault(none),
	choices: () => choices,

	parse(typed) {
		const text = typed.trim().toLowerCase();
		return choices.some(({value}) => value === text)
			? accepted(text)
			: refused('Answer none, eu or fedramp.');
	},
};
