import {findMachinePreset} from '../core/fly/catalog.ts';
import {readMachine} from '../core/questions/proposals.ts';
import type {Situation} from '../core/questions/question.ts';

/** The memory for a size when none is answered, in MB: what fly.toml has, else what the profile needs, within what the size allows. */
export function chooseMemoryMb(size: string, {project, profile}: Situation): number {
	const wanted = readMachine(project)?.vmMemoryMb ?? profile.vm.memoryMb;
	const preset = findMachinePreset(size);
	return preset === undefined ? wanted : Math.min(Math.max(wanted, preset.memoryMb.min), preset.memoryMb.max);
}
