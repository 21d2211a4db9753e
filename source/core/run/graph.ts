type Node = {readonly id: string; readonly needs: readonly string[]; readonly locks: readonly string[]};

/**
The steps that may start now, in plan order: everything they need is done, and no lock of theirs is held.

@param states - Step id to its state; a missing one waits.
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

/** What of `needs` is in this run at all: a step that is not needed holds nobody up. */
function presentNeeds(node: Node, nodes: readonly Node[]): readonly string[] {
	return node.needs.filter(need => nodes.some(({id}) => id === need));
}
