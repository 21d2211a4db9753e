import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findFlyTomlProblems, findMounts} from '../../core/fly-toml/config.ts';

export const processGroups: Rule = {
	id: 'process-groups',
	title: 'Process groups that do not fit on one machine',
	why: 'Each group gets its own machine, and Fly rejects a service that does not name its group.',

	check({flyToml}) {
		if (!flyToml) return [];
		const mounts = new Set(findMounts(flyToml.config).map(({path}) => JSON.stringify(path)));
		return findFlyTomlProblems(flyToml.config, flyToml.path)
			.filter(({path}) => !mounts.has(JSON.stringify(path)))
			.map(({path, problem}) =>
				reportInToml(flyToml, path, problem, 'Keep one group and name it in the service.'),
			);
	},
};
