import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findFlyTomlProblems, findMounts} from '../../core/fly-toml/config.ts';

export const processGroups: Rule = {
	id: 'process-groups',
	title: 'Process groups that one machine cannot be',
	why: 'Each group gets a machine of its own, and Fly refuses a service that does not say which group it serves.',

	check({flyToml}) {
		if (!flyToml) return [];
		const mounts = new Set(findMounts(flyToml.config).map(({path}) => JSON.stringify(path)));
		return findFlyTomlProblems(flyToml.config)
			.filter(({path}) => !mounts.has(JSON.stringify(path)))
			.map(({path, problem}) =>
				reportInToml(flyToml, path, problem, 'Keep one group, and name it in the service.'),
			);
	},
};
