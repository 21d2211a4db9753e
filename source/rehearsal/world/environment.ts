import type {Machine} from './world.ts';

export type Environment = {
	/** Values by name. Of a secret, only where the world keeps it. */
	readonly values: ReadonlyMap<string, string>;
	/** Every variable that is set, secrets without a known value included. */
	readonly names: ReadonlySet<string>;
};

/** Returns what the programs on a machine see: ENV of the image, then fly.toml, then the secrets it started with. */
export function readEnvironment({
	config,
	secrets,
	judgment,
}: Pick<Machine, 'config' | 'secrets' | 'judgment'>): Environment {
	const values = new Map(
		Object.entries({...judgment?.environment, ...Object(config.env)}).map(([name, value]) => [
			name,
			String(value),
		]),
	);
	const names = new Set(values.keys());
	for (const {name, value} of secrets) {
		names.add(name);
		if (value === undefined) values.delete(name);
		else values.set(name, value);
	}

	return {values, names};
}
