import {accepted, none, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {readOwnPlace} from '../core/litestream/own-place.ts';
import {isAskedByProvider, proposeDefault, proposeFromFile} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const maxLength = 200;

/**
Parses a path inside a bucket, without slashes at its ends.

Litestream pastes it unescaped into YAML and reads it as part of a URL, so only characters that are safe in both are
allowed.
*/
function parsePrefix(typed: string): Parsed<string> {
	const text = typed.trim();
	const prefix = text.replace(/\/$/, '');
	const repaired = repairPrefix(text);
	const offer = repaired === '' || repaired === none ? undefined : repaired;

	if (prefix === '')
		return refused("Enter a prefix to keep each app's replica separate, for example blog-1.");
	if (prefix === none) return refused('A prefix cannot be none.');
	if (prefix.startsWith('/')) return refused('A prefix cannot start with a slash.', offer);
	if (prefix.includes('://')) return refused('Enter only the path inside the bucket.', offer);
	if (prefix.split('/').some(part => /^\.*$/.test(part))) {
		return refused('A prefix cannot contain empty or dot-only segments.', offer);
	}

	if (!/^[\w./-]+$/.test(prefix)) {
		return refused('Prefixes use letters, digits, dashes, underscores, dots, and slashes.', offer);
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
	why: "The path of the replica inside the bucket. Two apps that share a prefix silently destroy each other's replica.",
	example: 'blog-1',
	kind: 'text',
	flag: {name: '--prefix', value: 'PATH', help: 'path of the replica inside the bucket'},
	isShared: true,
	isOfApp: () => true,
	fixes: ['prefix-in-use'],
	samples: {good: ['blog-1'], bad: ['/', 'none']},
	applies: isAskedByProvider('prefix'),
	isOptional: () => true,

	default({answers, facts}) {
		const own = readOwnPlace(facts);
		if (own?.prefix && parsePrefix(own.prefix).ok) return proposeFromFile(own.prefix, own.file);
		const app = readAnswer(answers, 'app');
		return app === undefined ? undefined : proposeDefault(app, 'same as the app');
	},

	parse: parsePrefix,
};
