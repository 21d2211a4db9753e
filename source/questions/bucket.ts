import {none, readAnswer, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const ending = '-replica';
const maxLength = 63;

export const bucket: Question = {
	id: 'bucket',
	label: 'bucket',
	title: 'Bucket',
	why: 'Holds the replica. Its name is shared by everybody at the provider, so it may be taken.',
	example: 'blog-1-replica',
	kind: 'text',
	flag: {name: '--bucket', value: 'NAME', help: 'bucket that holds the replica'},
	help: 'A bucket of its own for each app is the simplest to reason about.',
	fixes: ['bucket-name-taken', 'another-bucket'],
	samples: {good: ['blog-1-store'], bad: ['none', 'a']},
	applies: isAskedByProvider('bucket'),
	isOptional: ({provider}) => provider?.makesBucket === true,

	default({answers}) {
		const app = readAnswer(answers, 'app')
			?.slice(0, maxLength - ending.length)
			.replace(/-+$/, '');
		return app === undefined ? undefined : proposeDefault(`${app}${ending}`);
	},

	parse(typed, {provider, answers}) {
		const text = typed.trim();
		if (text === '') return refused('Type the name of the bucket.');
		if (text === none) return refused('The word none cannot be a bucket name.');
		if (!provider) return refused('Choose the storage first: each has its own rules for bucket names.');
		const endpoint = readAnswer(answers, 'endpoint');
		if (endpoint?.includes(`://${text}.`)) {
			return refused(
				`The endpoint begins with this bucket: answer it as ${endpoint.replace(`${text}.`, '')}.`,
			);
		}

		return provider.parseBucket(text);
	},
};
