import type {TomlEdit} from './apply-toml-edit.ts';
import type {FlyConfig} from './config.ts';
import {findMachines, findMountDestination, findMounts} from './find-mounts.ts';
import {planServiceEdits} from './plan-edits.ts';
import {presetMemoryMb, readMachineSize, readMemoryMb} from './read-machine-size.ts';

/** What one machine needs of fly.toml. */
export type FlyTomlWishes = {
	readonly app: string;
	readonly primaryRegion: string;
	/** Written only where [env] has PHX_HOST already: the secret of that name wins over it. */
	readonly phxHost?: string | undefined;
	/** Undefined for an app that keeps nothing on disk. `destination` defaults to DATABASE_PATH's folder. */
	readonly mount: {readonly source: string; readonly destination?: string | undefined} | undefined;
	readonly vmSize: string;
	readonly vmMemoryMb: number;
	readonly swapMb?: number | undefined;
	/** A path that answers 200 without signing in; `/` when not given. */
	readonly healthPath?: string | undefined;
};

/** The edits that turn `config` into what is wanted, each with its reason; none when it is that already. */
export function planFlyTomlEdits(config: FlyConfig, wishes: FlyTomlWishes): readonly TomlEdit[] {
	return [
		...planNames(config, wishes),
		...planSwap(config, wishes),
		...planServiceEdits(config, wishes.healthPath ?? '/'),
		...planMount(config, wishes),
		...planMachine(config, wishes),
	];
}

function planNames({app, primary_region, env}: FlyConfig, wishes: FlyTomlWishes): readonly TomlEdit[] {
	const {primaryRegion, phxHost} = wishes;
	const isOtherHost = phxHost !== undefined && env?.PHX_HOST !== undefined && env.PHX_HOST !== phxHost;
	return [
		...(app === wishes.app ? [] : [{path: ['app'], value: wishes.app, reason: 'the name of the app on Fly'}]),
		...(primary_region === primaryRegion
			? []
			: [
					{
						path: ['primary_region'],
						value: primaryRegion,
						reason: 'the region of the machine and its volume',
					},
				]),
		...(isOtherHost
			? [{path: ['env', 'PHX_HOST'], value: phxHost, reason: 'the same host as the secret PHX_HOST'}]
			: []),
	];
}

function planSwap({swap_size_mb}: FlyConfig, {swapMb}: FlyTomlWishes): readonly TomlEdit[] {
	if (!swapMb || swap_size_mb !== undefined) return [];
	return [{path: ['swap_size_mb'], value: swapMb, reason: 'room for a short peak, instead of a killed app'}];
}

function planMount(config: FlyConfig, {mount}: FlyTomlWishes): readonly TomlEdit[] {
	if (!mount || findMounts(config).length > 0) return [];
	const keys = {source: mount.source, destination: mount.destination ?? findMountDestination(config)};
	const reason = 'without a volume the database is lost with each deploy';
	return [{addTable: {path: ['mounts'], kind: 'array-entry', keys}, reason}];
}

function planMachine(config: FlyConfig, {vmSize, vmMemoryMb}: FlyTomlWishes): readonly TomlEdit[] {
	const [vm] = findMachines(config);
	const memory = writeMemory(vmMemoryMb);
	if (!vm) {
		const reason = 'without it Fly takes 256 MB, too little for Phoenix';
		return [{addTable: {path: ['vm'], kind: 'array-entry', keys: {size: vmSize, memory}}, reason}];
	}
	const now = readMachineSize(config);
	const {path, entry} = vm;
	const size: readonly TomlEdit[] =
		now?.vmSize === vmSize
			? []
			: [{path: [...path, 'size'], value: vmSize, reason: 'the machine size of the answers'}];
	if ((readMemoryMb(entry) ?? presetMemoryMb(vmSize)) === vmMemoryMb) return size;
	const isNumber = entry.memory === undefined && entry.memory_mb !== undefined;
	const reason = 'the memory of the answers';
	return [
		...size,
		isNumber
			? {path: [...path, 'memory_mb'], value: vmMemoryMb, reason}
			: {path: [...path, 'memory'], value: memory, reason},
	];
}

const writeMemory = (megabytes: number): string =>
	megabytes % 1024 === 0 ? `${megabytes / 1024}gb` : `${megabytes}mb`;
