import type {normaliseWorld} from '../helpers/normalise-world.ts';

type Normalised = ReturnType<typeof normaliseWorld>;

const counted = ['apps', 'volumes', 'secrets', 'buckets', 'certificates', 'addresses', 'machines'] as const;

/** Counts the things in excess, and those missing. */
export function compareCounts(world: Normalised, wanted: Normalised): readonly [number, number] {
	const differences = counted.map(name => world[name].length - wanted[name].length);
	const sum = (list: readonly number[]) => list.reduce((total, count) => total + count, 0);
	return [sum(differences.filter(count => count > 0)), -sum(differences.filter(count => count < 0))];
}
