import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const hostTwice: Rule = {
	id: 'host-twice',
	title: 'PHX_HOST is one thing in [env] and another as a secret',
	why: 'The secret wins without a word. Whoever reads fly.toml, or changes it there, works on a host that is not served.',
	isFixable: true,

	check({flyToml, secrets}) {
		const written = flyToml?.config.env?.PHX_HOST;
		if (!flyToml || written === undefined || !secrets?.has('PHX_HOST')) return [];
		const host = secrets.get('PHX_HOST');
		const path = ['env', 'PHX_HOST'];
		if (host === undefined) {
			const message = 'PHX_HOST is in [env] and a secret too, whose value Fly does not tell.';
			return [
				{
					...reportInToml(flyToml, path, message, 'Make them the same, or take one away.'),
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
