import {accepted, none, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const maxLength = 200;

/**
Reads a path below a bucket, without slashes at its ends.

Litestream pastes it into its YAML unescaped and reads it as part of a URL, so only characters that mean nothing to
either may be in it.
*/
function parsePrefix(typed: string): Parsed<string> {
	const text = typed.trim();
	const prefix = text.replace(/\/$/, '');
	const repaired = repairPrefix(text);
	const offer = repaired === '' || repaired === none ? undefined : repaired;

	if (prefix === '')
		return refused('Type a prefix, so that each app’s replica lies apart, for example blog-1.');
	if (prefix === none) return refused('The word none cannot be a prefix.');
	if (prefix.startsWith('/')) return refused('A prefix starts without a slash.', offer);
	if (prefix.includes('://')) return refused('Type only the path inside the bucket.', offer);
	if (prefix.split('/').some(part => /^\.*$/.test(part))) {
		return refused('A prefix holds no empty part and none of dots only.', offer);
	}

	if (!/^[\w./-]+$/.test(prefix)) {
		return refused('A prefix holds letters, digits, dashes, underscores, dots and slashes.', offer);
	}

	if (prefix.length > maxLength) return refused(`A prefix has at most ${maxLength} characters.`, offer);
	return accepted(prefix);
}

const repairPrefix = (text: string): string =>
	text
		.replace(/^[a-z\d]+:\/\/[^/]*/i, '')
		.replace(/[^\w./-]+/g, '-')
		.split('/')
		.filter(part => !/^\.*$/.test(part))
		.join('/')
		.slice(0, maxLength)
		.replace(/\/$/, '');

export const prefix: Question = {
	id: 'prefix',
	label: 'prefix',
	title: 'Prefix inside the bucket',
	why: 'Two apps that write below the same prefix destroy each other’s replica without a word.',
	example: 'blog-1',
	kind: 'text',
	flag: {name: '--prefix', value: 'PATH', help: 'where in the bucket the replica lies'},
	isShared: true,
	fixes: ['prefix-in-use'],
	samples: {good: ['blog-1'], bad: ['/', 'none']},
	applies: isAskedByProvider('prefix'),
	isOptional: () => true,

	default({answers}) {
		const app = readAnswer(answers, 'app');
		return app === undefined ? undefined : proposeDefault(app, 'as the app');
	},

	parse: parsePrefix,
};
