/** What a schedule asks of a step. */
export type Node = {
	readonly id: string;
	readonly needs: readonly string[];
	readonly locks: readonly string[];
};

/** @throws {Error} When needs form a circle or name a step that does not exist: a bug in the registry. */
export function requireOrder(nodes: readonly Node[], known: readonly string[]): void {
	const done = new Set<string>();
	for (const {id, needs} of nodes) {
		for (const need of needs) {
			if (!known.includes(need)) throw new Error(`${id} needs ${need}, which is no step.`);
			if (nodes.some(node => node.id === need) && !done.has(need)) {
				throw new Error(`${id} needs ${need}, which stands after it in the list.`);
			}
		}

		done.add(id);
	}
}

/**
The longest chain of needs, in the unit of `weights`: no schedule is shorter. Steps that share a lock run one after
another, so their sum from the first one's start is a bound too.
*/
export function findCriticalPath(nodes: readonly Node[], weights: ReadonlyMap<string, number>): number {
	const ends = new Map<string, number>();
	for (const node of nodes) {
		const start = Math.max(0, ...node.needs.map(need => ends.get(need) ?? 0));
		const sameLock = nodes.filter(
			({id, locks}) => ends.has(id) && locks.some(lock => node.locks.includes(lock)),
		);
		const free = Math.max(0, ...sameLock.map(({id}) => ends.get(id) ?? 0));
		ends.set(node.id, Math.max(start, free) + (weights.get(node.id) ?? 0));
	}

	return Math.max(0, ...ends.values());
}
