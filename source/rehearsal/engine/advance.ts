import {allowsLetsEncrypt, isSameAddress} from '../../core/domain/records.ts';
import {listValidationRecords} from '../list-validation-records.ts';
import {flySuffix, stripDot} from '../network/hosts.ts';
import type {Certificate, World} from '../world/world.ts';

/** Simulated milliseconds from `certs add` to the owner's records, and from right records to the certificate. */
const certificateTimes = {records: 30_000, active: 10_000} as const;

type Entry = World['dns'][number];

/** The owner of the domain makes the records, except for hosts that begin with `never`; the certificate comes once DNS is as Fly wants it. */
export function settleCertificate(world: World, certificate: Certificate, nowMs: number): void {
	makeRecords(world, certificate, nowMs);
	if (certificate.status === 'active') return;
	const rightSince = findRight(world, certificate, nowMs);
	if (rightSince === undefined || nowMs < rightSince + certificateTimes.active) return;
	certificate.status = 'active';
	certificate.activeAt = rightSince + certificateTimes.active;
}

function makeRecords(world: World, certificate: Certificate, nowMs: number): void {
	const {app, hostname} = certificate;
	if (certificate.recordsAt !== undefined || hostname.split('.')[0] === 'never') return;
	const addresses = world.addresses.filter(entry => entry.app === app && entry.type !== 'private_v6');
	const ready = Math.max(
		certificate.createdAt + certificateTimes.records,
		...addresses.map(entry => entry.createdAt),
	);
	if (addresses.length === 0 || nowMs < ready) return;
	certificate.recordsAt = ready;
	for (const {address, type} of addresses) {
		addRecord(world, {name: hostname, type: type === 'v6' ? 'AAAA' : 'A', value: address});
	}
}

function addRecord(world: World, record: Entry): void {
	const isThere = world.dns.some(
		({name, type, value}) => name === record.name && type === record.type && value === record.value,
	);
	if (!isThere) world.dns.push(record);
}

/**
Since when Fly could validate, or `undefined`: its AAAA record and no other, an alias of the app, or one of the two records that
stand for an owner behind a proxy; and no CAA record against it.
*/
function findRight(
	world: World,
	{app, hostname, createdAt, recordsAt}: Certificate,
	nowMs: number,
): number | undefined {
	const list = (name: string, type: string) => listLive(world, nowMs, name, type);
	if (!isAllowed(hostname, list)) return undefined;
	const {challenge, ownership} = listValidationRecords(app, hostname);
	const own = world.addresses.filter(entry => entry.app === app && entry.type === 'v6');
	const aaaa = list(hostname, 'AAAA');
	const isOwn = ({value}: Entry) => own.some(({address}) => isSameAddress(address, value));
	const proofs = [
		aaaa.every(isOwn) ? aaaa : [],
		list(hostname, 'CNAME').filter(({value}) => isOfApp(stripDot(value), app)),
		list(challenge.name, 'CNAME').filter(({value}) => stripDot(value) === challenge.target),
		list(ownership.name, 'TXT').filter(({value}) =>
			value.split(';').some(part => [ownership.app_value, ownership.org_value].includes(part.trim())),
		),
	].filter(entries => entries.length > 0);
	if (proofs.length === 0) return undefined;
	return Math.max(recordsAt ?? createdAt, Math.min(...proofs.flat().map(({madeAt = 0}) => madeAt)));
}

function isAllowed(hostname: string, list: (name: string, type: string) => readonly Entry[]): boolean {
	const labels = hostname.split('.');
	const sets = labels.map((_, index) => list(labels.slice(index).join('.'), 'CAA'));
	const nearest = sets.find(set => set.length > 0);
	return nearest === undefined || allowsLetsEncrypt(nearest.map(({value}) => value));
}

const isOfApp = (target: string, app: string) =>
	target === app + flySuffix || target.endsWith(`.${app}${flySuffix}`);

const listLive = (world: World, nowMs: number, name: string, type: string): readonly Entry[] =>
	world.dns.filter(
		entry =>
			entry.type === type &&
			stripDot(entry.name) === name &&
			(entry.madeAt ?? nowMs) <= nowMs &&
			(entry.goneAt ?? nowMs + 1) > nowMs,
	);
