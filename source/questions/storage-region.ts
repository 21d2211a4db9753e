import {accepted, none, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {readOwnPlace} from '../core/litestream/own-place.ts';
import {isAskedByProvider, proposeDefault, proposeFromFile} from '../core/questions/proposals.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {awsRegion, type Provider} from '../core/storage/provider.ts';

export const storageRegion: Question = {
	id: 'storage-region',
	label: 'bucket region',
	title: 'Bucket region',
	why: 'The region that your bucket is in. Its address depends on it.',
	example: ({provider}) => formOf(provider).example,
	kind: 'text',
	flag: {name: '--storage-region', value: 'REGION', help: 'region of the bucket'},
	samples: {good: ['eu-central-1'], bad: ['']},
	applies: isAskedByProvider('storage-region'),
	isOptional: ({provider}) => provider?.needsEndpoint === true,
	default(state) {
		const {provider} = state;
		const own = readOwnPlace(state.facts);
		if (own?.region && parseStorageRegion(own.region, state).ok) return proposeFromFile(own.region, own.file);
		const {usual} = formOf(provider);
		return usual === undefined ? undefined : proposeDefault(usual);
	},

	parse: parseStorageRegion,
};

const formOf = (provider: Provider | undefined) => provider?.region ?? awsRegion;

function parseStorageRegion(typed: string, {answers, provider}: AnswerState): Parsed<string> {
	const {example, pattern, sentence} = formOf(provider);
	const region = typed.trim().toLowerCase();
	if (region === '') return refused(`Enter the region of the bucket, for example ${example}.`);
	if (region !== none && new RegExp(`^(?:${pattern.source})$`).test(region)) return accepted(region);

	// With a custom endpoint, the region is any word the server is configured with.
	const isFree = provider?.needsEndpoint === true || readAnswer(answers, 'endpoint') !== undefined;
	if (isFree && region !== none && /^[a-z\d-]{1,63}$/.test(region)) return accepted(region);
	return refused(sentence, region === none ? undefined : pattern.exec(region)?.[0]);
}
