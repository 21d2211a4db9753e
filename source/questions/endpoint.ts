import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {readOwnPlace} from '../core/litestream/own-place.ts';
import {isAskedByProvider, proposeDefault, proposeFromFile} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

/**
Parses the URL of an S3-compatible service: scheme, host, and optional port. Messages never repeat the input, since it
may contain credentials.

@param bucket - If known, a host that starts with it is rejected: requests name the bucket in the path.
*/
function parseEndpoint(typed: string, bucket: string | undefined): Parsed<string> {
	const text = typed.trim();
	if (text.toLowerCase() === none) return accepted(none);
	if (text === '')
		return refused("Enter a URL such as https://s3.example.com, or none for the provider's default.");
	const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
	// Litestream accepts a bare host name, so litestream.yml may have one.
	if (!hasScheme && !/^[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?\/?$/i.test(text)) {
		return refused('An endpoint starts with https://.', readUrl(`https://${text}`)?.origin);
	}

	const url = readUrl(hasScheme ? text : `https://${text}`);
	if (url === undefined) return refused('Enter a URL such as https://s3.example.com.');
	if (url.username !== '' || url.password !== '') {
		return refused(
			'Enter the endpoint without credentials. phxfly asks for the keys separately.',
			url.origin,
		);
	}

	if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
		return refused('Enter the endpoint without bucket, path, or query.', url.origin);
	}

	const shorter = dropBucket(url, bucket);
	if (shorter !== undefined) return refused('Enter the endpoint without the bucket.', shorter);
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
		return 'This address is your own computer. The machine on Fly.io cannot reach it.';
	}

	return protocol === 'http:' ? 'http:// sends the database unencrypted.' : undefined;
}

export const endpoint: Question = {
	id: 'endpoint',
	label: 'endpoint',
	title: 'Storage endpoint',
	why: 'The URL of the S3 API, without the bucket.',
	example: 'https://s3.example.com',
	kind: 'text',
	flag: {
		name: '--endpoint',
		value: 'URL',
		help: "URL of the S3 API, instead of the provider's default",
	},
	samples: {good: ['https://s3.example.com'], bad: ['ftp://s3.example.com', '']},
	applies: isAskedByProvider('endpoint'),
	isOptional: ({provider}) => provider?.needsEndpoint !== true,
	describe: (value, {provider, answers}) =>
		value === none ? (provider?.target(answers).endpoint ?? value) : value,
	default({provider, facts}) {
		if (!provider?.needsEndpoint) return proposeDefault(none, "the provider's default");
		const own = readOwnPlace(facts);
		return own?.endpoint === undefined ? undefined : proposeFromFile(own.endpoint, own.file);
	},

	parse(typed, {answers, provider}) {
		if (provider?.needsEndpoint && ['', none].includes(typed.trim().toLowerCase())) {
			return refused('This storage has no default endpoint. Enter its URL, such as https://s3.example.com.');
		}

		return parseEndpoint(typed, answers.get('bucket')?.value);
	},
};
