import {none, readAnswer, refused} from '../core/answer.ts';
import {readOwnPlace} from '../core/litestream/own-place.ts';
import {isAskedByProvider, proposeDefault, proposeFromFile} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const ending = '-replica';
const maxLength = 63;

export const bucket: Question = {
	id: 'bucket',
	label: 'bucket',
	title: 'Bucket',
	why: ({provider}) =>
		provider?.makesBucket === false
			? 'Your bucket for the replica. It must exist: phxfly does not create it.'
			: 'The bucket that phxfly creates for the replica. Bucket names are unique across the provider, so yours may be taken.',
	example: 'blog-1-replica',
	kind: 'text',
	flag: {name: '--bucket', value: 'NAME', help: 'bucket for the replica'},
	help: 'We recommend one bucket per app.',
	fixes: ['bucket-name-taken', 'another-bucket'],
	samples: {good: ['blog-1-store'], bad: ['none', 'a']},
	applies: isAskedByProvider('bucket'),
	isOptional: ({provider}) => provider?.makesBucket === true,
	isOfApp: ({provider}) => provider?.makesBucket === true,

	default({answers, facts, provider}) {
		const own = readOwnPlace(facts);
		if (own?.bucket && provider?.parseBucket(own.bucket).ok) return proposeFromFile(own.bucket, own.file);
		const app = readAnswer(answers, 'app')
			?.slice(0, maxLength - ending.length)
			.replace(/-+$/, '');
		return app === undefined ? undefined : proposeDefault(`${app}${ending}`);
	},

	parse(typed, {provider, answers}) {
		const text = typed.trim();
		if (text === '') return refused('Enter a bucket name.');
		if (text === none) return refused('A bucket cannot be named none.');
		if (!provider)
			return refused('Choose the storage first. Each provider has its own rules for bucket names.');
		const endpoint = readAnswer(answers, 'endpoint');
		if (endpoint?.includes(`://${text}.`)) {
			return refused(
				`The endpoint already includes this bucket. Set the endpoint to ${endpoint.replace(`${text}.`, '')}.`,
			);
		}

		return provider.parseBucket(text);
	},
};
