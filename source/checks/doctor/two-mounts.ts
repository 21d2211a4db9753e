import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findFlyTomlProblems, findMounts} from '../../core/fly-toml/config.ts';

export const twoMounts: Rule = {
	id: 'two-mounts',
	title: 'Not exactly one whole mount',
	why: 'A machine takes one volume: flyctl refuses a second mount, and one without source or destination.',

	check({flyToml}) {
		if (!flyToml) return [];
		const places = new Set(findMounts(flyToml.config).map(({path}) => JSON.stringify(path)));
		return findFlyTomlProblems(flyToml.config)
			.filter(({path}) => places.has(JSON.stringify(path)))
			.map(({path, problem}) =>
				reportInToml(
					flyToml,
					path,
					problem,
					'Keep one mount with source and destination, the one with the database.',
				),
			);
	},
};
