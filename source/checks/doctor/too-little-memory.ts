import {reportInToml} from '../../core/doctor/findings.ts';
import {chooseMemoryMb} from '../../core/doctor/memory.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMachines, readMachineSize} from '../../core/fly-toml/config.ts';

/** With less, a Phoenix release starts and is killed later. */
export const leastMemoryMb = 512;

export const tooLittleMemory: Rule = {
	id: 'too-little-memory',
	title: 'Too little memory',
	why: 'A BEAM release with Litestream needs more than 256 MB. The deploy looks fine, but the kernel kills the release under load.',
	isFixable: true,

	check(facts) {
		const {flyToml, usesLitestream} = facts;
		const [vm] = flyToml ? findMachines(flyToml.config) : [];
		const now = flyToml && readMachineSize(flyToml.config)?.vmMemoryMb;
		if (!flyToml || !vm || now === undefined || now >= leastMemoryMb) return [];
		const isNumber = vm.entry.memory === undefined && vm.entry.memory_mb !== undefined;
		const wantedMb = chooseMemoryMb(facts, usesLitestream ? 1024 : leastMemoryMb);
		const path = [...vm.path, isNumber ? 'memory_mb' : 'memory'];
		const value = isNumber ? wantedMb : `${wantedMb}mb`;
		const edits = [{path, value, reason: 'enough for the release and Litestream'}];
		return [
			reportInToml(
				flyToml,
				path,
				`The machine has ${now} MB.`,
				`${path.at(-1)} = ${JSON.stringify(value)}`,
				edits,
			),
		];
	},
};
