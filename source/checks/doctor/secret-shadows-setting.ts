import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const secretShadowsSetting: Rule = {
	id: 'secret-shadows-setting',
	title: 'A secret overrides the same name in [env]',
	why: 'The line in fly.toml has no effect. A stray secret such as DATABASE_PATH can move the database off the volume, and no file shows it.',

	check({flyToml, secrets}) {
		if (!flyToml || !secrets) return [];
		return Object.keys(flyToml.config.env ?? {})
			.filter(name => name !== 'PHX_HOST' && secrets.has(name))
			.map(name =>
				reportInToml(
					flyToml,
					['env', name],
					`${name} is also set as a secret, and the secret wins.`,
					`\`fly secrets unset ${name} --stage\`, or delete the line.`,
				),
			);
	},
};
