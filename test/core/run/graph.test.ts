import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findReady} from '../../../source/core/run/graph.ts';
import {findCriticalPath, type Node, requireOrder} from '../../helpers/graph.ts';

const node = (id: string, needs: readonly string[] = [], locks: readonly string[] = []): Node => ({
	id,
	needs,
	locks,
});
const ids = (nodes: readonly Node[]) => nodes.map(({id}) => id);

const diamond = [
	node('app'),
	node('volume', ['app']),
	node('files', ['app']),
	node('deploy', ['volume', 'files']),
];

test.each([
	{states: {}, ready: ['app'], because: 'only one needs nothing'},
	{states: {app: 'running'}, ready: [], because: 'running is not done'},
	{states: {app: 'done'}, ready: ['volume', 'files'], because: 'both need only the app'},
	{states: {app: 'done', volume: 'done', files: 'running'}, ready: [], because: 'deploy needs both'},
	{states: {app: 'done', volume: 'done', files: 'done'}, ready: ['deploy'], because: 'all needs are done'},
	{states: {app: 'failed'}, ready: [], because: 'what depends on a failed step keeps waiting'},
	{states: {app: 'done', volume: 'failed'}, ready: ['files'], because: 'a sibling continues'},
] as const)('$states lets $ready start: $because', ({states, ready}) => {
	expect(ids(findReady(diamond, new Map(Object.entries(states))))).toEqual(ready);
});

test('ignores a need that is not part of this run', () => {
	expect(ids(findReady([node('deploy', ['create-volume'])], new Map()))).toEqual(['deploy']);
});

test('starts one of the steps that share a lock, in plan order, even if all become ready at once', () => {
	const nodes = [
		node('a', [], ['lock']),
		node('b', [], ['lock']),
		node('c', [], ['other']),
		node('d', [], ['lock', 'other']),
	];
	expect(ids(findReady(nodes, new Map()))).toEqual(['a', 'c']);
	expect(
		ids(
			findReady(
				nodes,
				new Map([
					['a', 'running'],
					['c', 'done'],
				]),
			),
		),
	).toEqual([]);
	expect(
		ids(
			findReady(
				nodes,
				new Map([
					['a', 'failed'],
					['c', 'done'],
				]),
			),
		),
	).toEqual(['b']);
});

/** Nodes in an order like the registry's: needs come first. */
const graphs = fc
	.array(
		fc.record({
			needs: fc.array(fc.nat(20), {maxLength: 4}),
			lock: fc.option(fc.constantFrom('x', 'y')),
			weight: fc.nat(50),
		}),
		{
			minLength: 1,
			maxLength: 12,
		},
	)
	.map(entries =>
		entries.map(({needs, lock, weight}, index) => ({
			id: `n${index}`,
			needs: [...new Set(needs.filter(need => need < index).map(need => `n${need}`))],
			locks: lock === null ? [] : [lock],
			weight,
		})),
	);

/** Runs a graph like the scheduler does, on a clock that only finished steps advance. */
function simulate(nodes: readonly (Node & {readonly weight: number})[]) {
	const states = new Map<string, 'running' | 'done' | 'failed'>();
	const ends = new Map<string, number>();
	let now = 0;
	let mostHeld = 0;
	const start = () => {
		for (const {id} of findReady(nodes, states)) {
			states.set(id, 'running');
			ends.set(id, now + (nodes.find(each => each.id === id)?.weight ?? 0));
		}

		for (const lock of ['x', 'y']) {
			const held = nodes.filter(({id, locks}) => states.get(id) === 'running' && locks.includes(lock)).length;
			mostHeld = Math.max(mostHeld, held);
		}
	};

	start();
	while ([...states.values()].includes('running')) {
		const [id = ''] = [...states.keys()]
			.filter(each => states.get(each) === 'running')
			.sort((a, b) => (ends.get(a) ?? 0) - (ends.get(b) ?? 0));
		now = ends.get(id) ?? 0;
		states.set(id, 'done');
		start();
	}

	return {total: now, done: states.size, mostHeld};
}

test('every graph without cycles ends, and no lock is held twice', () => {
	fc.assert(
		fc.property(graphs, nodes => {
			const {done, mostHeld} = simulate(nodes);
			expect(done).toBe(nodes.length);
			expect(mostHeld).toBeLessThanOrEqual(1);
		}),
	);
});

test('without locks a run takes exactly the critical path', () => {
	fc.assert(
		fc.property(graphs, nodes => {
			const free = nodes.map(each => ({...each, locks: []}));
			const weights = new Map(free.map(({id, weight}) => [id, weight]));
			expect(simulate(free).total).toBe(findCriticalPath(free, weights));
		}),
	);
});

test('adds up the steps of one lock in the critical path, and the longest chain wins', () => {
	const nodes = [node('a', [], ['l']), node('b', [], ['l']), node('c', ['a'])];
	const path = (weights: Readonly<Record<string, number>>) =>
		findCriticalPath(nodes, new Map(Object.entries(weights)));
	expect(path({a: 3, b: 4, c: 1})).toBe(7);
	expect(path({a: 3, b: 4, c: 9})).toBe(12);
	expect(path({})).toBe(0);
});

test.each([
	{nodes: [node('a', ['b']), node('b')], says: 'stands after it'},
	{nodes: [node('a', ['a'])], says: 'stands after it'},
	{nodes: [node('a', ['nowhere'])], says: 'which is no step'},
])('rejects an order ($says)', ({nodes, says}) => {
	expect(() => requireOrder(nodes, ids(nodes))).toThrow(says);
});

test('accepts a known need that is not part of this run', () => {
	expect(() => requireOrder([node('b', ['a'])], ['a', 'b'])).not.toThrow();
});
