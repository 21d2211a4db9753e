import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const secretShadowsSetting: Rule = {
	id: 'secret-shadows-setting',
	title: 'A secret of the same name wins over [env]',
	why: 'The line in fly.toml does nothing: a stray secret DATABASE_PATH moves the database off the volume, and nothing in the files shows it.',

	check({flyToml, secrets}) {
		if (!flyToml || !secrets) return [];
		return Object.keys(flyToml.config.env ?? {})
			.filter(name => name !== 'PHX_HOST' && secrets.has(name))
			.map(name =>
				reportInToml(
					flyToml,
					['env', name],
					`${name} is a secret too, and the secret wins.`,
					`\`fly secrets unset ${name} --stage\`, or take the line out.`,
				),
			);
	},
};
