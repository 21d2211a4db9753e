import {none, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';
import {parseEndpoint} from './parse-endpoint.ts';

export const endpoint: Question = {
	id: 'endpoint',
	label: 'endpoint',
	title: 'Endpoint of the storage',
	why: 'Where the bucket is reached; none for the provider’s own.',
	example: 'https://s3.example.com, or none',
	kind: 'text',
	flag: {
		name: '--endpoint',
		value: 'URL',
		help: 'where the bucket is reached, instead of the provider’s own',
	},
	isAsked: isAskedByProvider('endpoint'),
	isQuiet: ({provider}) => provider?.needsEndpoint !== true,
	describe: (value, {provider, answers}) =>
		value === none ? (provider?.target(answers).endpoint ?? value) : value,
	propose: ({provider}) => (provider?.needsEndpoint ? undefined : proposeDefault(none, 'the provider’s own')),

	parse(typed, {answers, provider}) {
		if (provider?.needsEndpoint && typed.trim().toLowerCase() === none) {
			return refused(
				'This storage has no endpoint of its own: type its address, such as https://s3.example.com.',
			);
		}

		return parseEndpoint(typed, answers.get('bucket')?.value);
	},
};
