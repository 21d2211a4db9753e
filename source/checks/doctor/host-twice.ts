import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const hostTwice: Rule = {
	id: 'host-twice',
	title: 'PHX_HOST differs between [env] and the secret',
	why: 'The secret silently wins, so editing PHX_HOST in fly.toml has no effect.',
	isFixable: true,

	check({flyToml, secrets}) {
		const written = flyToml?.config.env?.PHX_HOST;
		if (!flyToml || written === undefined || !secrets?.has('PHX_HOST')) return [];
		const host = secrets.get('PHX_HOST');
		const path = ['env', 'PHX_HOST'];
		if (host === undefined) {
			const message = "PHX_HOST is set in [env] and as a secret, and Fly does not show the secret's value.";
			return [
				{
					...reportInToml(flyToml, path, message, 'Make them equal, or delete one.'),
					status: 'could-not-tell',
				},
			];
		}

		if (host === written) return [];
		const edits = [{path, value: host, reason: 'the same host as the secret PHX_HOST'}];
		return [
			reportInToml(
				flyToml,
				path,
				`PHX_HOST is ${written} here and ${host} as a secret.`,
				`PHX_HOST = "${host}"`,
				edits,
			),
		];
	},
};
