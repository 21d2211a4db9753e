import type {Address, World} from './world/world.ts';

/** Gives the app an address; a shared v4 it has already is given again. */
export function makeAddress(world: World, nowMs: number, app: string, type: Address['type']): Address {
	const same = world.addresses.find(entry => entry.app === app && entry.type === type);
	if (type === 'shared_v4' && same) return same;
	const number = 1003 + Math.max(-1, ...world.addresses.map(({id}) => Number(id.slice(3)) - 1003)) + 1;
	const suffix = number.toString(16);
	const address = {
		v6: `2a09:8280:1::${suffix}:0`,
		private_v6: `fdaa:0:1:0:1::${suffix}`,
		shared_v4: `66.241.124.${(number - 999) % 250}`,
		v4: `137.66.12.${(number - 999) % 250}`,
	}[type];
	const made: Address = {app, id: `ip_${number}`, address, type, region: 'global', createdAt: nowMs};
	world.addresses.push(made);
	return made;
}
