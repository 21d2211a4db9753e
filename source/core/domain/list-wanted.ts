import type {FlyAddress} from '../fly/output.ts';
import type {Wanted} from './judge.ts';

/** What the records of a domain have to hold. */
export function listWanted(app: string, addresses: readonly FlyAddress[]): Wanted {
	const list = (types: readonly string[]) =>
		addresses.filter(({Type}) => types.includes(Type)).map(({Address}) => Address);
	return {app, a: list(['v4', 'shared_v4']), aaaa: list(['v6'])};
}
