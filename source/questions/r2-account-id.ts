import {accepted, type Parsed, refused} from '../core/answer.ts';
import {isAskedByProvider} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

export const r2AccountId: Question = {
	id: 'r2-account-id',
	label: 'account',
	title: 'Cloudflare account id',
	why: 'It is part of the address of the bucket.',
	example: '32 characters, 0 to 9 and a to f',
	kind: 'text',
	flag: {name: '--r2-account-id', value: 'ID', help: 'Cloudflare account that owns the bucket'},
	isAsked: isAskedByProvider('r2-account-id'),
	parse: parseR2AccountId,
};

function parseR2AccountId(typed: string): Parsed<string> {
	const text = typed.trim().toLowerCase();
	if (/^[\da-f]{32}$/.test(text)) return accepted(text);

	const inside = /(?<![\da-f])[\da-f]{32}(?![\da-f])/.exec(text)?.[0];
	return refused('An account id has 32 characters, 0 to 9 and a to f.', inside);
}
