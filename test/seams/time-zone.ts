import {accepted, refused} from '../../source/core/answer.ts';
import {proposeDefault} from '../../source/core/questions/proposals.ts';
import type {Question} from '../../source/core/questions/question.ts';

export const timeZone: Question = {
	id: 'time-zone',
	label: 'time',
	title: 'Time zone',
	why: 'Decides which day a post belongs to.',
	example: 'Europe/Berlin',
	kind: 'text',
	flag: {name: '--time-zone', value: 'ZONE', help: 'time zone of the app'},
	samples: {good: ['Europe/Berlin'], bad: ['tomorrow']},
	applies: () => true,
	isOptional: () => true,
	default: () => proposeDefault('Etc/UTC'),
	parse: typed =>
		/^[A-Z][A-Za-z_]+\/[A-Za-z_/]+$/.test(typed.trim())
			? accepted(typed.trim())
			: refused('Type a zone such as Europe/Berlin.'),
};
