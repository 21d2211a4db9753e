/** A queue between many writers and one reader. */
export type Channel<T> = {
	send(item: T): void;
	close(): void;
	/** Yields what was sent until the channel is closed and empty. */
	receive(): AsyncGenerator<T, void>;
};

export function createChannel<T>(): Channel<T> {
	let queue: T[] = [];
	let isClosed = false;
	let wake: () => void = () => undefined;

	return {
		send(item) {
			queue.push(item);
			wake();
		},
		close() {
			isClosed = true;
			wake();
		},
		async *receive() {
			while (true) {
				const items = queue;
				queue = [];
				yield* items;
				if (queue.length > 0) continue;
				if (isClosed) return;
				await new Promise<void>(resolve => {
					wake = resolve;
				});
			}
		},
	};
}
