import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMachines} from '../../core/fly-toml/config.ts';

export const noVm: Rule = {
	id: 'no-vm',
	title: 'No [[vm]]',
	why: 'Without it Fly creates a machine with 256 MB, and the kernel kills the release when it needs more.',
	isFixable: true,

	check({flyToml, hasSqlite, usesLitestream}) {
		if (!flyToml || findMachines(flyToml.config).length > 0) return [];
		const keys = {size: 'shared-cpu-1x', memory: usesLitestream || hasSqlite ? '1gb' : '512mb'};
		const edits = [
			{
				addTable: {path: ['vm'], kind: 'array-entry' as const, keys},
				reason: 'without it the machine has 256 MB',
			},
		];
		return [
			reportInToml(
				flyToml,
				[],
				`${flyToml.path} does not set a machine size.`,
				`[[vm]] with size "${keys.size}" and memory "${keys.memory}"`,
				edits,
			),
		];
	},
};
