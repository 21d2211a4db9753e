import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {caa} from '../../../source/checks/verify/caa.ts';
import {certificate} from '../../../source/checks/verify/certificate.ts';
import {domainRecords} from '../../../source/checks/verify/domain-records.ts';
import {https} from '../../../source/checks/verify/https.ts';
import type {CertificateDetail} from '../../../source/core/fly/output.ts';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import type {HttpAnswer, HttpRequest, Readers} from '../../../source/core/readers.ts';
import {openScriptedDomain, type ScriptedDomain} from '../../helpers/scripted-domain.ts';

const [v4, v6] = ['66.241.124.5', '2a09:8280:1::3ec:0'];
const domain = 'blog.example.com';

let script: ScriptedDomain;
let detail: CertificateDetail;
let site: (request: HttpRequest) => HttpAnswer;
let visited: string[];
beforeEach(async () => {
	script = await openScriptedDomain();
	visited = [];
	site = () => ({is: 'answered', status: 200, headers: {}, body: ''});
	detail = {
		hostname: domain,
		configured: false,
		status: 'pending_validation',
		certificates: [{source: 'fly', status: 'pending_validation'}],
		dns_requirements: {
			cname: '4045e58.blog-1.fly.dev',
			ownership: {name: `_fly-ownership.${domain}`, app_value: 'app-4045e58', org_value: 'org-4045e58'},
			acme_challenge: {name: `_acme-challenge.${domain}`, target: `${domain}.4045e58.flydns.net`},
		},
	};
});
afterEach(() => script.close());

const issue = () => {
	detail = {...detail, configured: true, certificates: [{source: 'fly', status: 'active'}]};
};

function ask(check: typeof caa, host = domain) {
	const readers = {
		net: {
			...script.dns,
			request: async (request: HttpRequest) => {
				visited.push(`${request.url} at ${request.address}`);
				return site(request);
			},
		},
		fly: {
			listAddresses: async () => [
				{Address: v4, Type: 'shared_v4'},
				{Address: v6, Type: 'v6'},
			],
			checkCertificate: async () => detail,
			listCertificates: async () => [{...detail, has_fly_certificate: detail.configured}],
		},
	} as unknown as Readers;
	return check.check({app: 'blog-1', domain: host} as PlanContext, readers);
}

const right = [`${domain} 300 A ${v4}`, `${domain} 300 AAAA ${v6}`];

describe('dns', () => {
	const apex = ['example.com 300 A 66.241.124.5', 'example.com 300 AAAA 2A09:8280:0001::03EC:0'];

	test('no records yet: both records, in the form a registrar needs', async () => {
		script.write('example.com 300 A 192.0.2.9');
		expect(await ask(domainRecords)).toEqual({
			status: 'not-yet',
			detail: `${domain} has no A and no AAAA record yet, and Fly checks the domain over AAAA`,
			records: [
				{recordType: 'A', name: domain, host: 'blog', value: v4},
				{recordType: 'AAAA', name: domain, host: 'blog', value: v6},
			],
			hint: 'at the DNS provider of example.com (ns1.example.net), add the records shown',
		});
		script.write();
		expect((await ask(domainRecords, 'example.com')).records).toMatchObject([{host: '@'}, {host: '@'}]);
	});

	test.each([
		{what: 'addresses', lines: right, said: 'points to blog-1'},
		{
			what: 'an alias of the app',
			lines: [`${domain} 300 CNAME blog-1.fly.dev`],
			said: 'through blog-1.fly.dev',
		},
		{
			what: "an alias of the certificate's own name",
			lines: [`${domain} 300 CNAME 4045e58.blog-1.fly.dev`],
			said: 'through 4045e58.blog-1.fly.dev',
		},
		{
			what: 'an alias of the apex, which is right',
			lines: [`${domain} 300 CNAME example.com`, ...apex],
			said: 'through example.com',
		},
	])('right: $what', async ({lines, said}) => {
		const names = ['blog-1.fly.dev', '4045e58.blog-1.fly.dev'];
		script.write(...lines, ...names.flatMap(name => [`${name} 300 A ${v4}`, `${name} 300 AAAA ${v6}`]));
		expect(await ask(domainRecords)).toMatchObject({
			status: 'proved',
			detail: expect.stringContaining(said),
		});
	});

	test('correct at the apex with any flattened alias, and any spelling of IPv6', async () => {
		script.write(...apex);
		expect(await ask(domainRecords, 'example.com')).toMatchObject({status: 'proved'});
	});

	test.each([
		{
			what: 'an old A beside the right ones',
			lines: [...right, `${domain} 300 A 192.0.2.1`],
			said: 'has old records next to the right ones: A 192.0.2.1',
			made: [],
			removed: 'delete A 192.0.2.1',
		},
		{
			what: 'a stale AAAA, which Fly would ask',
			lines: [right[0] ?? '', `${domain} 300 AAAA 2001:db8::9`],
			said: `${domain} points to 2001:db8::9, which is not this app`,
			made: ['AAAA'],
			removed: 'delete AAAA 2001:db8::9, and add the records shown',
		},
		{
			what: 'A alone',
			lines: [right[0] ?? ''],
			said: 'has no AAAA record yet, and Fly checks the domain over AAAA',
			made: ['AAAA'],
			removed: 'add the records shown',
		},
		{
			what: 'another server',
			lines: [`${domain} 300 A 192.0.2.1`],
			said: 'points to 192.0.2.1, which is not this app',
			made: ['A', 'AAAA'],
			removed: 'delete A 192.0.2.1, and add',
		},
		{
			what: 'an alias of another app',
			lines: [`${domain} 300 CNAME my-blog-1.fly.dev`, 'my-blog-1.fly.dev 300 A 192.0.2.1'],
			said: 'is an alias of my-blog-1.fly.dev, which is not this app',
			made: ['A', 'AAAA'],
			removed: 'delete CNAME my-blog-1.fly.dev, and add',
		},
	])('not yet: $what', async ({lines, said, made, removed}) => {
		script.write(...lines);
		const result = await ask(domainRecords);
		expect(result).toMatchObject({
			status: 'not-yet',
			detail: expect.stringContaining(said),
			hint: expect.stringContaining(removed),
		});
		expect(result.records?.map(({recordType}) => recordType)).toEqual(made);
	});

	test('an alias at the apex must be replaced, even if it points to the app', async () => {
		script.write('example.com 300 CNAME blog-1.fly.dev', `blog-1.fly.dev 300 A ${v4}`);
		expect(await ask(domainRecords, 'example.com')).toMatchObject({
			status: 'not-yet',
			detail: expect.stringContaining('has a CNAME'),
			hint: expect.stringContaining('delete CNAME blog-1.fly.dev'),
			records: [{recordType: 'A'}, {recordType: 'AAAA'}],
		});
	});

	test("through Cloudflare's proxy: DNS only, or a record that proves the owner", async () => {
		const proxied = [`${domain} 300 A 104.21.3.4`, `${domain} 300 AAAA 2606:4700:3033::1`];
		script.write(...proxied);
		expect(await ask(domainRecords)).toMatchObject({
			status: 'not-yet',
			detail: expect.stringContaining("is behind Cloudflare's proxy (104.21.3.4, 2606:4700:3033::1)"),
			hint: expect.stringMatching(
				/DNS only.*Full \(strict\).*TXT _fly-ownership\.blog\.example\.com app-4045e58/,
			),
		});
		script.write(...proxied, `_fly-ownership.${domain} 300 TXT other; app-4045e58`);
		expect(await ask(domainRecords)).toMatchObject({status: 'proved'});
		script.write(...proxied, `_acme-challenge.${domain} 300 CNAME ${domain}.4045e58.flydns.net`);
		expect(await ask(domainRecords)).toMatchObject({status: 'proved'});
		script.write(...proxied, `_fly-ownership.${domain} 300 TXT app-another`);
		expect(await ask(domainRecords)).toMatchObject({status: 'not-yet'});
	});

	test.each([
		{remembered: `${domain} 240 A 192.0.2.1`, said: 'still returns 192.0.2.1 for up to 4 min'},
		{remembered: `${domain} 7200 AAAA 2001:db8::9`, said: 'still returns 2001:db8::9 for up to 2 h'},
		{remembered: `${domain} 50 A none`, said: 'still returns nothing for less than a minute'},
	])('correct at its name servers, and cached differently here: $said', async ({remembered, said}) => {
		script.write(...right);
		script.remember(remembered);
		const result = await ask(domainRecords);
		expect(result).toMatchObject({status: 'not-yet', detail: expect.stringContaining(said)});
		expect(result.records).toBeUndefined();
	});

	test.each([`${domain} 60 AAAA none`, `${domain} 60 AAAA 64:ff9b::42f1:7c05`])(
		'a network with only one IP family has no wrong cache: %s',
		async remembered => {
			script.write(...right);
			script.remember(remembered);
			expect(await ask(domainRecords)).toMatchObject({status: 'proved'});
		},
	);

	test("asks the resolver if the zone's servers are unreachable, and says so", async () => {
		script.write(...right);
		script.silence(true);
		expect(await ask(domainRecords)).toMatchObject({
			status: 'proved',
			detail: expect.stringMatching(
				/according to this network's resolver.*300 s; ns1\.example\.net is unreachable/,
			),
		});
	});

	test('an unregistered domain, and no DNS', async () => {
		expect(await ask(domainRecords, 'blog.example.org')).toMatchObject({
			status: 'not-yet',
			detail: expect.stringContaining('not registered'),
		});
		await script.close();
		expect(await ask(domainRecords)).toMatchObject({status: 'could-not-tell', isPassing: true});
		script = await openScriptedDomain();
	});
});

describe('caa', () => {
	test.each([
		{lines: [], status: 'proved'},
		{lines: ['example.com 300 CAA 0 issue letsencrypt.org'], status: 'proved'},
		{lines: ['example.com 300 CAA 0 issue letsencrypt.org;validationmethods=tls-alpn-01'], status: 'proved'},
		{lines: ['example.com 300 CAA 0 iodef mailto:a@example.com'], status: 'proved'},
		{lines: ['example.com 300 CAA 0 issuewild ;'], status: 'proved'},
		{lines: ['example.com 300 CAA 0 issue ;'], status: 'not-yet'},
		{lines: ['example.com 300 CAA 0 issue digicert.com'], status: 'not-yet'},
		{
			lines: ['example.com 300 CAA 0 issue digicert.com', 'example.com 300 CAA 0 issue LetsEncrypt.org'],
			status: 'proved',
		},
		{
			lines: ['example.com 300 CAA 0 issue digicert.com', `${domain} 300 CAA 0 issue letsencrypt.org`],
			status: 'proved',
		},
		{
			lines: ['example.com 300 CAA 0 issue letsencrypt.org', `${domain} 300 CAA 0 issue digicert.com`],
			status: 'not-yet',
		},
	])('$lines: $status', async ({lines, status}) => {
		script.write(...lines);
		expect((await ask(caa)).status).toBe(status);
	});

	test('the record to add is at the name of the one that forbids it', async () => {
		script.write('example.com 300 CAA 0 issue digicert.com');
		expect(await ask(caa)).toMatchObject({
			detail: expect.stringContaining('the CAA record of example.com forbids'),
			records: [{recordType: 'CAA', name: 'example.com', host: '@', value: '0 issue "letsencrypt.org"'}],
		});
	});
});

test('does not request the certificate before the rate limit ends', async () => {
	detail = {...detail, rate_limited_until: '2026-11-22T12:00:00Z'};
	expect(await ask(certificate)).toMatchObject({
		status: 'not-yet',
		notBeforeMs: Date.parse('2026-11-22T12:00:00Z'),
	});
	detail = {
		...detail,
		rate_limited_until: null,
		certificates: [{source: 'custom', status: 'pending_ownership'}],
	};
	expect(await ask(certificate)).toMatchObject({
		records: [{recordType: 'TXT', name: `_fly-ownership.${domain}`, value: 'app-4045e58'}],
	});
});

describe('https', () => {
	const answer = (status: number, location?: string): HttpAnswer => ({
		is: 'answered',
		status,
		headers: location === undefined ? {} : {location},
		body: '',
	});
	const silent = (code: string): HttpAnswer => ({is: 'unreachable', why: 'tls', code, message: code});

	test('waiting for DNS, then for the certificate, and queries nothing before', async () => {
		expect(await ask(https)).toEqual({status: 'not-yet', detail: 'waiting for DNS'});
		expect(visited).toEqual([]);
		script.write(...right);
		site = () => silent('ECONNRESET');
		expect(await ask(https)).toEqual({status: 'not-yet', detail: 'waiting for the certificate'});
	});

	test('visits the addresses of the zone over both families, regardless of caches', async () => {
		script.write(...right);
		script.remember(`${domain} 300 A 192.0.2.1`);
		issue();
		expect(await ask(https)).toMatchObject({status: 'proved', detail: `https://${domain}/ answers 200`});
		expect(visited.sort()).toEqual([`https://${domain}/ at ${v6}`, `https://${domain}/ at ${v4}`]);
	});

	test('a computer without IPv6 verifies it over IPv4', async () => {
		script.write(...right);
		issue();
		site = ({url, address}) =>
			address === v6 ? silent('ENETUNREACH') : url.endsWith('/login') ? answer(200) : answer(302, '/login');
		expect(await ask(https)).toMatchObject({status: 'proved'});
	});

	test.each([
		{what: 'to itself', hops: {'/': '/'}, visits: 1},
		{what: 'to HTTP and back', hops: {'/': `http://${domain}/`}, visits: 2},
		{what: 'between two pages', hops: {'/': '/a', '/a': '/b', '/b': '/a'}, visits: 3},
	])('redirects in a loop, $what: wrong', async ({hops, visits}) => {
		script.write(...right);
		issue();
		site = ({url}) => {
			const {protocol, pathname} = new URL(url);
			if (protocol === 'http:') return answer(301, `https://${domain}${pathname}`);
			return answer(302, (hops as Record<string, string>)[pathname]);
		};
		expect(await ask(https)).toMatchObject({
			status: 'wrong',
			detail: expect.stringContaining('in a loop'),
		});
		expect(visited).toHaveLength(2 * visits);
	});

	test.each([
		{code: 'ERR_TLS_CERT_ALTNAME_INVALID', status: 'wrong'},
		{code: 'CERT_HAS_EXPIRED', status: 'wrong'},
		{code: 'SELF_SIGNED_CERT_IN_CHAIN', status: 'could-not-tell'},
		{code: 'ETIMEDOUT', status: 'could-not-tell'},
	])('with a certificate issued, $code is $status', async ({code, status}) => {
		script.write(...right);
		site = () => silent(code);
		expect((await ask(https)).status).toBe('not-yet');
		issue();
		expect((await ask(https)).status).toBe(status);
	});

	test('an app that fails under its domain is wrong', async () => {
		script.write(...right);
		issue();
		site = () => answer(502);
		expect(await ask(https)).toMatchObject({status: 'wrong', detail: expect.stringContaining('answers 502')});
	});
});
