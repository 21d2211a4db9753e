import {findMachinePreset} from '../fly/catalog.ts';
import type {Provider} from '../storage/provider.ts';

export type Cost = {
	readonly items: readonly CostItem[];
	readonly monthlyUsd: number;
	readonly low: number;
	readonly high: number;
	/** `YYYY-MM`. */
	readonly pricesOf: string;
	/** The price table is old: check the current prices. */
	readonly isOutdated: boolean;
};

export type CostItem = {
	readonly what: string;
	readonly monthlyUsd: number;
	/** From and to, if it depends on use; `monthlyUsd` is their middle. */
	readonly low?: number;
	readonly high?: number;
};

type Billed = {
	readonly vm: {readonly size: string; readonly memoryMb: number};
	/** `undefined` without a volume. */
	readonly volumeSizeGb: number | undefined;
	readonly provider: Provider | undefined;
	/** `undefined` where nothing is known of the snapshots. */
	readonly kept?: Kept | undefined;
};

/** What the storage holds of a database at most, in copies of its size. */
export type Kept = {
	/** How far back a restore surely reaches; `undefined` where that is not sure. */
	readonly days: number | undefined;
	readonly snapshots: number;
	/** How often each change is stored. */
	readonly changes: number;
};

/** The date of the prices below, `YYYY-MM`. */
export const pricesOf = '2026-08';

/**
Returns what the plan costs per month in US dollars: machine always on, volume as provisioned, requests to the storage as its
provider says, and up to a full volume in each snapshot there.

@param nowMs - Milliseconds since 1970; tells how old the price table is.
*/
export const estimateCost = ({vm, volumeSizeGb, provider, kept}: Billed, nowMs?: number): Cost =>
	sumCosts(
		[
			estimateMachine(vm),
			...(volumeSizeGb === undefined ? [] : [estimateVolume(volumeSizeGb)]),
			...(provider === undefined ? [] : estimateStorage(provider)),
			...(provider && kept && volumeSizeGb !== undefined ? estimateKept(provider, kept, volumeSizeGb) : []),
		],
		nowMs,
	);

/**
Adds up the costs of the parts.

@param nowMs - Milliseconds since 1970; tells how old the price table is.
*/
export function sumCosts(items: readonly CostItem[], nowMs?: number): Cost {
	const sum = (read: (item: CostItem) => number): number =>
		round(items.reduce((total, item) => total + read(item), 0));
	return {
		items,
		monthlyUsd: sum(({monthlyUsd}) => monthlyUsd),
		low: sum(({monthlyUsd, low}) => low ?? monthlyUsd),
		high: sum(({monthlyUsd, high}) => high ?? monthlyUsd),
		pricesOf,
		isOutdated: nowMs !== undefined && nowMs - Date.parse(`${pricesOf}-01`) > freshDays * dayMs,
	};
}

/** Writes the date of the price table, with a note if it is old. */
export const describePrices = ({
	pricesOf: month,
	isOutdated,
}: Pick<Cost, 'pricesOf' | 'isOutdated'>): string =>
	`prices of ${month}${isOutdated ? `, more than ${freshDays} days old: see ${pricesUrl}` : ''}`;

const pricesUrl = 'https://fly.io/docs/about/pricing/';

/** How many days the price table counts as current. */
const freshDays = 180;

const dayMs = 86_400_000;

/** Writes one part's price per month: `$1.50`, or from and to if it depends on use. */
export const showPrice = ({monthlyUsd, low, high}: CostItem): string =>
	high === undefined ? `$${monthlyUsd.toFixed(2)}` : `$${(low ?? 0).toFixed(2)} to ${high.toFixed(2)}`;

/** Returns the cost of one machine that is always on. */
export function estimateMachine({size, memoryMb}: Billed['vm']): CostItem {
	const preset = findMachinePreset(size);
	const what = `machine ${size}, ${memoryMb} MB`;
	if (preset === undefined) return {what: `${what} (unknown price)`, monthlyUsd: 0};

	const cpu = preset.kind === 'shared' ? prices.sharedCpuWith256Mb : prices.performanceCpuWith2Gb;
	const extraGb = Math.max(0, memoryMb - preset.memoryMb.min) / 1024;
	return {what, monthlyUsd: round(preset.cpus * cpu + extraGb * prices.extraMemoryGb)};
}

/** Returns the cost of one volume as provisioned, full or empty. */
export const estimateVolume = (sizeGb: number): CostItem => ({
	what: `volume, ${sizeGb} GB`,
	monthlyUsd: round(sizeGb * prices.volumeGb),
});

/**
US dollars per month in sjc; machines in the cheapest regions cost about 13% less.

@see {@link https://fly.io/docs/about/pricing/}
*/
const prices = {
	sharedCpuWith256Mb: 2.32,
	performanceCpuWith2Gb: 36.97,
	extraMemoryGb: 5.96,
	volumeGb: 0.15,
} as const;

/** Returns the cost of the replica's storage, from and to; empty if the provider has no price. */
export function estimateStorage({label, monthlyUsd}: Provider): readonly CostItem[] {
	if (!monthlyUsd) return [];
	const [low, high] = monthlyUsd;
	return [{what: `storage, ${label}`, monthlyUsd: round((low + high) / 2), low, high}];
}

/**
Returns what snapshots and changes cost at the storage; empty if the provider has no price. Both are compressed there, and what is
free is not subtracted, so the upper end holds while no more than the volume's size changes within the time.
*/
export function estimateKept(
	{label, gbMonthUsd}: Provider,
	{days, snapshots, changes}: Kept,
	sizeGb: number,
): readonly CostItem[] {
	if (gbMonthUsd === undefined) return [];
	const time =
		days === undefined ? 'snapshots' : days === 7 ? 'a week of snapshots' : `${days} days of snapshots`;
	const high = round((snapshots + changes) * sizeGb * gbMonthUsd);
	return [
		{
			what: `${time} at ${label}, up to ${snapshots} × ${sizeGb} GB, and changes`,
			monthlyUsd: round(high / 2),
			low: 0,
			high,
		},
	];
}

const round = (usd: number): number => Math.round(usd * 100) / 100;
