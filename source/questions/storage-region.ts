import {accepted, none, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';

const awsRegion = /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/;

export const storageRegion: Question = {
	id: 'storage-region',
	label: 'bucket in',
	title: 'Region of the bucket',
	why: 'The bucket is reached at the address of its region.',
	example: 'us-east-1',
	kind: 'text',
	flag: {name: '--storage-region', value: 'REGION', help: 'region of the bucket'},
	applies: isAskedByProvider('storage-region'),
	isOptional: ({provider}) => provider?.needsEndpoint === true,
	default: () => proposeDefault('us-east-1'),
	parse: parseStorageRegion,
};

function parseStorageRegion(typed: string, {answers, provider}: AnswerState): Parsed<string> {
	const region = typed.trim().toLowerCase();
	if (region === '') return refused('Type the region of the bucket, for example us-east-1.');
	if (awsRegion.test(region)) return accepted(region);

	// Behind an endpoint of one's own a region is any word the server was told.
	const isFree = provider?.needsEndpoint === true || readAnswer(answers, 'endpoint') !== undefined;
	if (isFree && region !== none && /^[a-z\d-]{1,63}$/.test(region)) return accepted(region);

	const inside = /[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}/.exec(region)?.[0];
	return refused('A region of S3 looks like us-east-1 or eu-central-1.', inside);
}
