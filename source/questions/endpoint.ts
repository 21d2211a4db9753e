import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

/**
Reads the address of an S3-compatible service: scheme, host and perhaps a port. What was typed is never repeated, since
it may hold credentials.

@param bucket - Where it is known, a host that begins with it is refused: requests name the bucket in the path.
*/
function parseEndpoint(typed: string, bucket: string | undefined): Parsed<string> {
	const text = typed.trim();
	if (text.toLowerCase() === none) return accepted(none);
	if (text === '')
		return refused('Type an endpoint such as https://s3.example.com, or none for the provider’s own.');
	if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text)) {
		return refused('An endpoint starts with https://.', readUrl(`https://${text}`)?.origin);
	}

	const url = readUrl(text);
	if (url === undefined) return refused('That is no address; type one such as https://s3.example.com.');
	if (url.username !== '' || url.password !== '') {
		return refused('An endpoint holds no credentials; the keys are asked for by themselves.', url.origin);
	}

	if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
		return refused(
			'An endpoint holds no bucket, path or query; the bucket is an answer of its own.',
			url.origin,
		);
	}

	const shorter = dropBucket(url, bucket);
	if (shorter !== undefined)
		return refused('An endpoint holds no bucket; it is an answer of its own.', shorter);
	return accepted(url.origin, warn(url));
}

function readUrl(text: string): URL | undefined {
	const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
	return url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
}

function dropBucket({protocol, host}: URL, bucket: string | undefined): string | undefined {
	const [, awsHost] = /^[^.].*?\.(s3[.-][a-z\d.-]*amazonaws\.com(?:\.cn)?)$/.exec(host) ?? [];
	if (awsHost !== undefined) return `${protocol}//${awsHost}`;
	return bucket !== undefined && host.startsWith(`${bucket}.`)
		? `${protocol}//${host.slice(bucket.length + 1)}`
		: undefined;
}

function warn({protocol, hostname}: URL): string | undefined {
	if (/^(?:localhost|127\..*|\[::1\])$/.test(hostname)) {
		return 'That address means this computer; the machine at Fly.io cannot reach it.';
	}

	return protocol === 'http:' ? 'http:// sends the database unencrypted.' : undefined;
}

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
	samples: {good: ['https://s3.example.com'], bad: ['ftp://s3.example.com', '']},
	applies: isAskedByProvider('endpoint'),
	isOptional: ({provider}) => provider?.needsEndpoint !== true,
	describe: (value, {provider, answers}) =>
		value === none ? (provider?.target(answers).endpoint ?? value) : value,
	default: ({provider}) => (provider?.needsEndpoint ? undefined : proposeDefault(none, 'the provider’s own')),

	parse(typed, {answers, provider}) {
		if (provider?.needsEndpoint && typed.trim().toLowerCase() === none) {
			return refused(
				'This storage has no endpoint of its own: type its address, such as https://s3.example.com.',
			);
		}

		return parseEndpoint(typed, answers.get('bucket')?.value);
	},
};
