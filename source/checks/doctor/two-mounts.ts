import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findFlyTomlProblems, findMounts} from '../../core/fly-toml/config.ts';

export const twoMounts: Rule = {
	id: 'two-mounts',
	title: 'fly.toml needs exactly one complete mount',
	why: 'A machine can use one volume. flyctl rejects a second mount, or a mount without source or destination.',

	check({flyToml}) {
		if (!flyToml) return [];
		const places = new Set(findMounts(flyToml.config).map(({path}) => JSON.stringify(path)));
		return findFlyTomlProblems(flyToml.config, flyToml.path)
			.filter(({path}) => places.has(JSON.stringify(path)))
			.map(({path, problem}) =>
				reportInToml(
					flyToml,
					path,
					problem,
					'Keep the mount with the database, with source and destination.',
				),
			);
	},
};
