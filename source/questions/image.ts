import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

export const image: Question = {
	id: 'image',
	label: 'image',
	title: 'Image to deploy',
	why: 'An existing image instead of one built from the Dockerfile; none to build.',
	example: 'ghcr.io/example/blog:latest',
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

// flyctl would read a leading dash as a flag.
const pattern = /^\w[\w.:@/+-]*$/;

function parseImage(typed: string): Parsed<string> {
	const text = typed.trim();
	const bare = text.replace(/^https?:\/\//i, '');
	if (text === '')
		return refused('Enter an image such as ghcr.io/example/blog:latest, or none to build one.');
	if (bare !== text)
		return refused('Enter the image without a scheme.', pattern.test(bare) ? bare : undefined);
	return pattern.test(text)
		? accepted(text)
		: refused(
				'Image names use only letters, digits, and . : @ / _ -, for example ghcr.io/example/blog:latest.',
			);
}
