import {expect, test} from 'vitest';
import {settle} from '../../source/rehearsal/engine/advance.ts';
import {formatCertificate} from '../../source/rehearsal/output/certificate.ts';
import {createWorld, type World} from '../../source/rehearsal/world/world.ts';

const at = 1_760_000_000_000;
const [v4, v6] = ['66.241.1.2', '2a09:8280:1::1'];
const host = 'never.example.com';

/** Name (or the host), type, value. */
type Line = readonly [string, string];

function open(records: readonly Line[], change: (world: World) => void = () => {}): World {
	const world = createWorld({nowMs: at, speed: 1});
	world.addresses.push(
		{app: 'blog', id: 'ip_4', address: v4, type: 'shared_v4', region: 'global', createdAt: at},
		{app: 'blog', id: 'ip_6', address: v6, type: 'v6', region: 'global', createdAt: at},
	);
	world.certificates.push({app: 'blog', hostname: host, status: 'pending_validation', createdAt: at});
	world.dns.push(...records.map(([type, value]) => ({name: host, type, value})));
	change(world);
	return world;
}

function isIssued(world: World, afterSeconds = 3600): boolean {
	settle(world, at + afterSeconds * 1000);
	return world.certificates[0]?.status === 'active';
}

test.each<{what: string; records: readonly Line[]; is: boolean}>([
	{what: 'nothing', records: [], is: false},
	{
		what: 'both records',
		records: [
			['A', v4],
			['AAAA', v6],
		],
		is: true,
	},
	{what: 'A alone', records: [['A', v4]], is: false},
	{what: 'AAAA alone, spelt otherwise', records: [['AAAA', '2A09:8280:0001::0001']], is: true},
	{
		what: 'an old AAAA beside the right one',
		records: [
			['AAAA', v6],
			['AAAA', '2001:db8::9'],
		],
		is: false,
	},
	{what: 'an alias of the app', records: [['CNAME', 'blog.fly.dev.']], is: true},
	{what: 'an alias of another app whose name ends alike', records: [['CNAME', 'my-blog.fly.dev']], is: false},
	{
		what: 'a CAA record for somebody else',
		records: [
			['AAAA', v6],
			['CAA', '0 issue "digicert.com"'],
		],
		is: false,
	},
	{
		what: "a CAA record for Let's Encrypt",
		records: [
			['AAAA', v6],
			['CAA', '0 issue "letsencrypt.org"'],
		],
		is: true,
	},
])('$what: issued is $is', ({records, is}) => {
	expect(isIssued(open(records))).toBe(is);
});

test('behind a proxy, one of the two ownership records is enough', () => {
	const proxied = [
		['A', '104.16.1.1'],
		['AAAA', '2606:4700::9'],
	] as const;
	const wanted = formatCertificate(open([]), {app: 'blog', hostname: host, status: 'active', createdAt: at})
		.dns_requirements as {
		acme_challenge: {name: string; target: string};
		ownership: {name: string; app_value: string};
	};
	const {acme_challenge: challenge, ownership} = wanted;
	const add = (name: string, type: string, value: string) => (world: World) =>
		void world.dns.push({name, type, value});
	expect(isIssued(open(proxied))).toBe(false);
	expect(isIssued(open(proxied, add(ownership.name, 'TXT', `other;${ownership.app_value}`)))).toBe(true);
	expect(isIssued(open(proxied, add(ownership.name, 'TXT', 'app-another')))).toBe(false);
	expect(isIssued(open(proxied, add(challenge.name, 'CNAME', `${challenge.target}.`)))).toBe(true);
});

test('is issued ten seconds after the records, and stays if they disappear', () => {
	const madeAt = at + 60_000;
	const world = open([], ({dns}) => dns.push({name: host, type: 'AAAA', value: v6, madeAt}));
	expect([30, 69, 70].map(seconds => isIssued(world, seconds))).toEqual([false, false, true]);
	world.dns = [];
	expect(isIssued(world)).toBe(true);
});

test('the owner adds the records after 30 seconds, except for hosts that start with `never`', () => {
	const world = open([], ({certificates}) =>
		certificates.push({
			app: 'blog',
			hostname: 'www.example.com',
			status: 'pending_validation',
			createdAt: at,
		}),
	);
	settle(world, at + 29_000);
	expect(world.dns).toEqual([]);
	settle(world, at + 40_000);
	expect(world.dns.map(({name}) => name)).toEqual(['www.example.com', 'www.example.com']);
	expect(world.certificates.map(({status}) => status)).toEqual(['pending_validation', 'active']);
});
