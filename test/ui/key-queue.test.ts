import {expect, test, vi} from 'vitest';
import {createKeyQueue} from '../../source/ui/input/key-queue.ts';

function open() {
	const got: string[] = [];
	return {got, queue: createKeyQueue(key => got.push(key))};
}

const eventually = (look: () => void) => vi.waitFor(look, 30_000);

test('delivers one key at a time, never inside the call that received them', async () => {
	const {got, queue} = open();
	queue.push('abc');
	expect(got).toEqual([]);
	await eventually(() => expect(got).toEqual(['a', 'b', 'c']));
});

test('joins a sequence in two parts, and gives up on a lone part', async () => {
	const {got, queue} = open();
	queue.push('\u001b');
	queue.push('[A\u001b');
	await eventually(() => expect(got).toEqual(['\u001b[A', '\u001b']));
});

test('while held, passes only interruptions', async () => {
	const {got, queue} = open();
	queue.hold();
	queue.push('ab');
	queue.push('\u0003c');
	await eventually(() => expect(got).toEqual(['\u0003']));
	queue.release(false);
	await eventually(() => expect(got).toEqual(['\u0003', 'c']));

	queue.hold();
	queue.push('d');
	queue.release(true);
	queue.push('e');
	await eventually(() => expect(got).toEqual(['\u0003', 'c', 'e']));

	queue.push('fg\u0003');
	queue.release(true);
	await eventually(() => expect(got).toEqual(['\u0003', 'c', 'e', '\u0003']));
});
