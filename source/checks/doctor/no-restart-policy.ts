import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const noRestartPolicy: Rule = {
	id: 'no-restart-policy',
	title: 'No restart policy',
	why: 'The default restarts a machine only after a failure. A machine that exits with 0 stays down until the next request and replicates nothing until then.',
	isFixable: true,

	check({flyToml, usesLitestream}) {
		if (!flyToml) return [];
		const {restart} = flyToml.value;
		const isNever = JSON.stringify(restart ?? null).includes('"never"');
		if (restart !== undefined && !isNever) return [];
		const keys = {policy: 'always'};
		const edits = [
			{
				addTable: {path: ['restart'], kind: 'array-entry' as const, keys},
				reason: 'the only machine restarts automatically',
			},
		];
		if (isNever) {
			return [reportInToml(flyToml, ['restart'], 'Fly never restarts the machine.', 'policy = "always"')];
		}

		const fix = '[[restart]] with policy = "always"';
		const message = `${flyToml.path} has no [[restart]].`;
		return [{...reportInToml(flyToml, [], message, fix, usesLitestream ? edits : []), status: 'hint'}];
	},
};
