import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

export const image: Question = {
	id: 'image',
	label: 'image',
	title: 'Image to deploy',
	why: 'A ready image instead of one built from the Dockerfile; none to build.',
	example: 'ghcr.io/example/blog:latest, or none',
	kind: 'text',
	flag: {name: '--image', value: 'REF', help: 'deploy this image instead of building one'},
	isForOneSetup: true,
	fixes: ['no-image'],
	samples: {good: ['none', 'ghcr.io/example/blog:2'], bad: ['a b']},
	applies: () => true,
	isOptional: () => true,
	describe: value => (value === none ? 'built from the Dockerfile' : value),
	default: () => proposeDefault(none, 'built from the Dockerfile'),
	parse: parseImage,
};

// A leading dash would be read as a flag by flyctl.
const pattern = /^\w[\w.:@/+-]*$/;

function parseImage(typed: string): Parsed<string> {
	const text = typed.trim();
	const bare = text.replace(/^https?:\/\//i, '');
	if (text === '') return refused('Type an image such as ghcr.io/example/blog:latest, or none to build one.');
	if (bare !== text) return refused('An image has no scheme.', pattern.test(bare) ? bare : undefined);
	return pattern.test(text)
		? accepted(text)
		: refused(
				'An image holds letters, digits and . : @ / _ - only, for example ghcr.io/example/blog:latest.',
			);
}
