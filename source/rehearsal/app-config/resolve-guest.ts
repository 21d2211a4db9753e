import {readMegabytes} from '../config/config.ts';
import type {Guest, Json} from './app-config.ts';

/** Sizes by name: shared machines start with 256 MB a CPU, performance ones with 2 GB. */
export function resolveGuest(vm: Json): Guest {
	const [, named = 'shared', digits = '1'] =
		/^(shared-cpu|performance)-(\d+)x$/.exec(String(vm.size ?? '')) ?? [];
	const kind = String(vm.cpu_kind ?? (named === 'performance' ? 'performance' : 'shared'));
	const cpus = Number(vm.cpus ?? digits);
	const usual = cpus * (kind === 'performance' ? 2048 : 256);
	return {cpu_kind: kind, cpus, memory_mb: readMegabytes(vm.memory ?? vm.memory_mb) ?? usual};
}
