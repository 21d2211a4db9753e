import {reportInToml} from '../../core/doctor/findings.ts';
import {chooseMemoryMb} from '../../core/doctor/memory.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMachines} from '../../core/fly-toml/config.ts';
import {writeMemory} from '../../core/fly-toml/plan-edits.ts';

export const noVm: Rule = {
	id: 'no-vm',
	title: 'No [[vm]]',
	why: 'Without it Fly creates a machine with 256 MB, and the kernel kills the release when it needs more.',
	isFixable: true,

	check(facts) {
		const {flyToml, hasSqlite, usesLitestream} = facts;
		if (!flyToml || findMachines(flyToml.config).length > 0) return [];
		const message = `${flyToml.path} does not set a machine size.`;
		// Only what the database needs is known: the machines may have another size by fly scale.
		if (!usesLitestream && !hasSqlite) {
			const fix = 'Write the size that the app needs: [[vm]] with memory = "512mb" or more.';
			return [reportInToml(flyToml, [], message, fix)];
		}

		const keys = {size: 'shared-cpu-1x', memory: writeMemory(chooseMemoryMb(facts, 1024))};
		const edits = [
			{
				addTable: {path: ['vm'], kind: 'array-entry' as const, keys},
				reason: 'without it the machine has 256 MB',
			},
		];
		const fix = `[[vm]] with size "${keys.size}" and memory "${keys.memory}"`;
		return [reportInToml(flyToml, [], message, fix, edits)];
	},
};
