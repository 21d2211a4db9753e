import type {Provider} from './definitions.ts';
import {findMachinePreset} from './machine-presets.ts';

/** When the prices below were read, `YYYY-MM`. */
export const pricesOf = '2026-08';

/**
US dollars a month in sjc; the cheapest regions take about 13 % less for a machine.

@see {@link https://fly.io/docs/about/pricing/}
*/
const prices = {
	sharedCpuWith256Mb: 2.32,
	performanceCpuWith2Gb: 36.97,
	extraMemoryGb: 5.96,
	volumeGb: 0.15,
} as const;

export type CostItem = {
	readonly what: string;
	readonly monthlyUsd: number;
	/** Where it depends on use: from and to; `monthlyUsd` is their middle. */
	readonly low?: number;
	readonly high?: number;
};

export type Cost = {
	readonly items: readonly CostItem[];
	readonly monthlyUsd: number;
	readonly low: number;
	readonly high: number;
	/** `YYYY-MM`. */
	readonly pricesOf: string;
};

type Billed = {
	readonly vm: {readonly size: string; readonly memoryMb: number};
	/** `undefined` without a volume. */
	readonly volumeSizeGb: number | undefined;
	readonly provider: Provider | undefined;
};

/** What the plan costs, in US dollars a month: machine always on, volume as provisioned, storage as its provider says. */
export function estimateCost({vm, volumeSizeGb, provider}: Billed): Cost {
	const items = [
		estimateMachine(vm),
		...(volumeSizeGb === undefined ? [] : [estimateVolume(volumeSizeGb)]),
		...(provider === undefined ? [] : estimateStorage(provider)),
	];
	const sum = (read: (item: CostItem) => number): number =>
		round(items.reduce((total, item) => total + read(item), 0));
	return {
		items,
		monthlyUsd: sum(({monthlyUsd}) => monthlyUsd),
		low: sum(({monthlyUsd, low}) => low ?? monthlyUsd),
		high: sum(({monthlyUsd, high}) => high ?? monthlyUsd),
		pricesOf,
	};
}

function estimateMachine({size, memoryMb}: Billed['vm']): CostItem {
	const preset = findMachinePreset(size);
	const what = `machine ${size}, ${memoryMb} MB`;
	if (preset === undefined) return {what: `${what} (price not known)`, monthlyUsd: 0};

	const cpu = preset.kind === 'shared' ? prices.sharedCpuWith256Mb : prices.performanceCpuWith2Gb;
	const extraGb = Math.max(0, memoryMb - preset.memoryMb.min) / 1024;
	return {what, monthlyUsd: round(preset.cpus * cpu + extraGb * prices.extraMemoryGb)};
}

const estimateVolume = (sizeGb: number): CostItem => ({
	what: `volume, ${sizeGb} GB`,
	monthlyUsd: round(sizeGb * prices.volumeGb),
});

function estimateStorage({label, comparison}: Provider): readonly CostItem[] {
	const [low, high = low] = (comparison.monthly.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
	if (low === undefined || high === undefined) return [];
	return [{what: `storage, ${label}`, monthlyUsd: round((low + high) / 2), low, high}];
}

const round = (usd: number): number => Math.round(usd * 100) / 100;
