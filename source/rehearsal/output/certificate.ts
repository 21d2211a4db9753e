import {listValidationRecords, makeStableHex} from '../world/make.ts';
import type {Certificate, World} from '../world/world.ts';

const lifeMs = 90 * 86_400_000;

/** A certificate as `certs add --json` and `certs check --json` print it. */
export function formatCertificate(world: World, certificate: Certificate): Readonly<Record<string, unknown>> {
	const {app, hostname, status, createdAt, activeAt} = certificate;
	const isActive = status === 'active';
	const expiresAt = new Date((activeAt ?? createdAt) + lifeMs).toISOString();
	const ecdsa = {type: 'ecdsa', expires_at: expiresAt, certificate_authority: 'lets_encrypt'};
	const issued = isActive ? [ecdsa] : [];
	const own = world.addresses.filter(entry => entry.app === app);
	const find = (type: string) =>
		world.dns.filter(entry => entry.name === hostname && entry.type === type && entry.goneAt === undefined);
	const a = find('A').map(({value}) => value);
	const aaaa = find('AAAA').map(({value}) => value);
	const id = makeStableHex(app, 7);
	const {challenge, ownership} = listValidationRecords(app, hostname);
	return {
		hostname,
		configured: isActive,
		acme_requested: true,
		status,
		...(a.length + aaaa.length > 0 ? {dns_provider: 'cloudflare'} : {}),
		certificates: [
			{
				source: 'fly',
				status,
				created_at: new Date(createdAt).toISOString(),
				...(isActive ? {expires_at: expiresAt, issuer: "Let's Encrypt"} : {}),
				issued,
			},
		],
		validation: {
			dns_configured: isActive,
			alpn_configured: isActive,
			http_configured: isActive,
			ownership_txt_configured: false,
		},
		dns_requirements: {
			a: own.filter(({type}) => type.endsWith('v4')).map(({address}) => address),
			aaaa: own.filter(({type}) => type === 'v6').map(({address}) => address),
			cname: `${id}.${app}.fly.dev`,
			acme_challenge: challenge,
			ownership,
		},
		dns_records: {
			a,
			aaaa,
			cname: find('CNAME').map(({value}) => value),
			resolved_addresses: [...a, ...aaaa],
			soa: null,
			acme_challenge_cname: null,
			ownership_txt: null,
		},
	};
}

/** The shorter form of `certs list --json`. */
export function formatCertificateEntry(certificate: Certificate): Readonly<Record<string, unknown>> {
	const {hostname, status, createdAt, activeAt} = certificate;
	const isActive = status === 'active';
	return {
		hostname,
		status,
		...(certificate.recordsAt === undefined ? {} : {dns_provider: 'cloudflare'}),
		acme_dns_configured: isActive,
		acme_alpn_configured: isActive,
		acme_http_configured: isActive,
		ownership_txt_configured: false,
		configured: isActive,
		acme_requested: true,
		has_custom_certificate: false,
		has_fly_certificate: isActive,
		created_at: new Date(createdAt).toISOString(),
		updated_at: new Date(activeAt ?? createdAt).toISOString(),
	};
}
