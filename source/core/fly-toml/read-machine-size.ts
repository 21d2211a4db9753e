import {findMachinePreset} from '../fly/catalog.ts';
import type {FlyConfig, FlyVm} from './config.ts';
import {findMachines} from './find-mounts.ts';

export type MachineSize = {readonly vmSize: string; readonly vmMemoryMb: number};

/** The machine that fly.toml names, with the memory its size has when none is written; undefined without `[[vm]]`. */
export function readMachineSize(config: FlyConfig): MachineSize | undefined {
	const vm = findMachines(config)[0]?.entry;
	if (!vm) return undefined;
	const vmSize =
		vm.size ?? `${vm.cpu_kind ?? 'shared'}-cpu-${vm.cpus ?? 1}x`.replace('performance-cpu', 'performance');
	return {vmSize, vmMemoryMb: readMemoryMb(vm) ?? presetMemoryMb(vmSize)};
}

/** Memory as it is written, in MB; flyctl takes `1gb`, `512mb`, `512` and `memory_mb`. */
export function readMemoryMb({memory, memory_mb}: FlyVm): number | undefined {
	const [, digits, unit = 'mb'] =
		/^\s*(\d+)\s*([gm])?i?b?\s*$/i.exec(String(memory ?? memory_mb ?? '')) ?? [];
	if (digits === undefined) return undefined;
	return Number(digits) * (unit.toLowerCase() === 'g' ? 1024 : 1);
}

/** What Fly gives when only the size is named. */
export const presetMemoryMb = (vmSize: string): number => findMachinePreset(vmSize)?.memoryMb.min ?? 256;
