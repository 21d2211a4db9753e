import type {World} from '../world/world.ts';
import {type Answer, type Asked, answerJson} from './answer.ts';

const faults: Readonly<Record<string, Answer>> = {
	re_restricted: refuse(401, 'restricted_api_key', 'This API key is restricted to only send emails'),
	re_invalid: refuse(403, 'invalid_api_key', 'API key is invalid'),
};

/**
Resend's list of sender domains: every host the world's apps serve, verified. Any key will do but three:
`re_restricted` may only send, `re_invalid` is unknown, and for `re_unverified` nothing is verified yet.

@see {@link https://resend.com/docs/api-reference/domains/list-domains | List Domains}
*/
export function answerResend(world: World, {method, url, headers}: Asked): Answer {
	const key = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
	if (!key) return refuse(401, 'missing_api_key', 'Missing API Key');
	const fault = faults[key];
	if (fault) return fault;
	const [, id] = /^\/domains(?:\/([\w-]+))?$/.exec(url.pathname) ?? [undefined, 'none'];
	if (method !== 'GET' || id === 'none')
		return refuse(404, 'not_found', 'The requested endpoint does not exist');
	const status = key === 're_unverified' ? 'not_started' : 'verified';
	const data = listHosts(world).map((name, index) => ({
		id: `domain-${index + 1}`,
		name,
		status,
		region: 'us-east-1',
	}));
	if (id === undefined) return answerJson(200, {object: 'list', has_more: false, data});
	const domain = data.find(each => each.id === id);
	return domain
		? answerJson(200, {object: 'domain', ...domain, records: listRecords(domain)})
		: refuse(404, 'not_found', 'Domain not found');
}

/** Names are those below the registered domain, as Resend shows them. */
function listRecords({name, status}: {readonly name: string; readonly status: string}) {
	const below = name.split('.').slice(0, -2);
	const at = (label: string) => [label, ...below].join('.');
	const common = {ttl: 'Auto', status};
	return [
		{
			record: 'SPF',
			name: at('send'),
			type: 'MX',
			value: 'feedback-smtp.us-east-1.amazonses.com',
			priority: 10,
			...common,
		},
		{
			record: 'SPF',
			name: at('send'),
			type: 'TXT',
			value: 'v=spf1 include:amazonses.com ~all',
			...common,
		},
		{record: 'DKIM', name: at('resend._domainkey'), type: 'TXT', value: 'p=MIGfMA0', ...common},
	];
}

function listHosts({certificates, secrets}: World): readonly string[] {
	const hosts = secrets.filter(({name}) => name === 'PHX_HOST').map(({value}) => value ?? '');
	const all = [...certificates.map(({hostname}) => hostname), ...hosts];
	return [...new Set(all)].filter(host => host !== '' && !host.endsWith('.fly.dev'));
}

function refuse(statusCode: number, name: string, message: string): Answer {
	return answerJson(statusCode, {statusCode, name, message});
}
