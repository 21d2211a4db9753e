import {readAnswer} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';
import {parsePrefix} from './parse-prefix.ts';

export const prefix: Question = {
	id: 'prefix',
	label: 'prefix',
	title: 'Prefix inside the bucket',
	why: 'Two apps that write below the same prefix destroy each other’s replica without a word.',
	example: 'blog-1',
	kind: 'text',
	flag: {name: '--prefix', value: 'PATH', help: 'where in the bucket the replica lies'},
	isAsked: isAskedByProvider('prefix'),
	isQuiet: () => true,

	propose({answers}) {
		const app = readAnswer(answers, 'app');
		return app === undefined ? undefined : proposeDefault(app, 'as the app');
	},

	parse: parsePrefix,
};
