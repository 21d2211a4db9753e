export type Result = {
	readonly what: string;
	readonly against: string;
	readonly ours: string;
	readonly reference: string;
	/** Ours divided by the reference, each pair measured in the same round. */
	readonly ratio: number;
	readonly goal?: string;
};

type Pair = {
	readonly rounds: number;
	readonly ours: () => Promise<number>;
	readonly reference: () => Promise<number>;
	readonly unit: string;
	readonly digits?: number;
	readonly goal?: number;
};

export const median = (values: readonly number[]): number => {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1
		? (sorted[middle] ?? 0)
		: ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** Measures two things in turn, so that whatever else the machine does meets both; the first round warms the caches. */
export async function compare(what: string, against: string, pair: Pair): Promise<Result> {
	const ours: number[] = [];
	const reference: number[] = [];
	for (let round = 0; round <= pair.rounds; round++) {
		const [one, other] = [await pair.reference(), await pair.ours()];
		if (round === 0) continue;
		reference.push(one);
		ours.push(other);
	}

	const show = (values: readonly number[]) => `${median(values).toFixed(pair.digits ?? 0)} ${pair.unit}`;
	return {
		what,
		against,
		ours: show(ours),
		reference: show(reference),
		ratio: median(ours.map((value, index) => value / (reference[index] ?? value))),
		...(pair.goal === undefined ? {} : {goal: `≤ ${pair.goal.toFixed(2)}`}),
	};
}
