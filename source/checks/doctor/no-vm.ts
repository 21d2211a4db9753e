import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMachines} from '../../core/fly-toml/config.ts';

export const noVm: Rule = {
	id: 'no-vm',
	title: 'No [[vm]]',
	why: 'Without it a deploy takes 256 MB, and the kernel kills the release as soon as it needs more.',
	isFixable: true,

	check({flyToml, usesLitestream}) {
		if (!flyToml || findMachines(flyToml.config).length > 0) return [];
		const keys = {size: 'shared-cpu-1x', memory: usesLitestream ? '1gb' : '512mb'};
		const edits = [
			{addTable: {path: ['vm'], kind: 'array-entry' as const, keys}, reason: 'without it Fly takes 256 MB'},
		];
		return [
			reportInToml(
				flyToml,
				[],
				'fly.toml names no machine size.',
				`[[vm]] with size "${keys.size}" and memory "${keys.memory}"`,
				edits,
			),
		];
	},
};
