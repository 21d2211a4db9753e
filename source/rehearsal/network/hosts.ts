import {flySuffix, stripDot} from '../world/facts.ts';
import type {World} from '../world/world.ts';

/** Returns the app of a host name, by its certificate or by Fly's own domain. */
export function findApp(world: World, host: string): string | undefined {
	const own = world.apps.find(({name}) => host === name + flySuffix)?.name;
	return own ?? world.certificates.find(({hostname}) => hostname === host)?.app;
}

/**
Returns whether browsers could reach the app at that name: DNS points to its addresses, and a certificate exists.

@param connectedTo - The address of the connection, if the caller chose one.
*/
export function isReachable(world: World, app: string, host: string, connectedTo?: string): boolean {
	const addresses = listAddresses(world, app);
	if (host === app + flySuffix) return addresses.length > 0;
	const isCertified = world.certificates.some(
		({hostname, status}) => hostname === host && status === 'active',
	);
	if (connectedTo !== undefined) return isCertified && addresses.includes(connectedTo);
	const leads = world.dns.filter(
		({name, type, goneAt}) =>
			goneAt === undefined && name.toLowerCase() === host && ['A', 'AAAA', 'CNAME'].includes(type),
	);
	return (
		isCertified &&
		leads.some(
			({value}) => addresses.includes(value) || `.${stripDot(value)}`.endsWith(`.${app}${flySuffix}`),
		)
	);
}

/** Public addresses only. */
function listAddresses(world: World, app: string): readonly string[] {
	return world.addresses
		.filter(entry => entry.app === app && entry.type !== 'private_v6')
		.map(({address}) => address);
}
