type Node = {readonly id: string; readonly needs: readonly string[]; readonly locks: readonly string[]};

/**
Finds the steps that can start now, in plan order: what they need is done, and their locks are free.

@param states - Step id to its state; a step without one is waiting.
*/
export function findReady<T extends Node>(
	nodes: readonly T[],
	states: ReadonlyMap<string, 'running' | 'done' | 'failed'>,
): readonly T[] {
	const held = new Set(nodes.filter(({id}) => states.get(id) === 'running').flatMap(({locks}) => locks));
	const ready: T[] = [];
	for (const node of nodes) {
		if (states.has(node.id) || node.locks.some(lock => held.has(lock))) continue;
		if (!presentNeeds(node, nodes).every(need => states.get(need) === 'done')) continue;
		ready.push(node);
		for (const lock of node.locks) held.add(lock);
	}

	return ready;
}

/** Returns the dependencies that are part of this run; skipped steps block nothing. */
function presentNeeds(node: Node, nodes: readonly Node[]): readonly string[] {
	return node.needs.filter(need => nodes.some(({id}) => id === need));
}
