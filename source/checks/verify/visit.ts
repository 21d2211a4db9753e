import type {Net, Unreachable} from '../../core/readers.ts';

export type Visit =
	| {readonly is: 'answered'; readonly said: string}
	| {readonly is: 'wrong'; readonly said: string; readonly hint: string}
	| Unreachable;

const mostHops = 5;

/** A certificate of another name, or of another time: nothing on this computer can be the reason. */
const wrongCertificates = ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** Opens a page at that address, and follows it as long as it stays on its host. */
export async function visit(net: Net, start: string, address: string): Promise<Visit> {
	const seen: string[] = [];
	let url = start;
	while (!seen.includes(url) && seen.length <= mostHops) {
		seen.push(url);
		const answer = await net.request({method: 'GET', url, address});
		if (answer.is === 'unreachable') {
			if (!wrongCertificates.includes(answer.code)) return answer;
			return {
				is: 'wrong',
				said: `${start} shows a certificate that is not its own: ${answer.message}`,
				hint: 'another server answers there, or a proxy in front of it: compare the records of the domain',
			};
		}

		const {status, headers} = answer;
		if (status >= 500) {
			return {is: 'wrong', said: `${url} answers ${status}`, hint: 'fly logs shows what the app says'};
		}

		const next = status >= 300 && status < 400 ? readTarget(headers.location, url) : undefined;
		if (!next) return {is: 'answered', said: String(status)};
		if (next.host !== new URL(start).host)
			return {is: 'answered', said: `${status}, and leads to ${next.href}`};
		url = next.href;
	}

	return {
		is: 'wrong',
		said: `${start} redirects in a circle`,
		hint: "force_ssl needs rewrite_on: [:x_forwarded_proto] in config/prod.exs; behind Cloudflare's proxy SSL/TLS must be Full (strict)",
	};
}

function readTarget(location: string | undefined, base: string): URL | undefined {
	return location !== undefined && URL.canParse(location, base) ? new URL(location, base) : undefined;
}
