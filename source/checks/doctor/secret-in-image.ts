import {isSecretName} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {listCodeLines} from '../../core/project/elixir.ts';

export const secretInImage: Rule = {
	id: 'secret-in-image',
	title: 'A secret in the Dockerfile',
	why: 'What ENV and ARG hold stays in the image and its history: whoever can pull the image reads it, and it cannot be taken back.',

	check({dockerfile}) {
		if (!dockerfile) return [];
		return listCodeLines(dockerfile.text).flatMap(({line, text}) => {
			const [, kind = '', rest = ''] = /^\s*(ENV|ARG)\s+(.*)$/i.exec(text) ?? [];
			const old = /^(\w+)\s+(?!=)(\S.*)$/.exec(rest);
			const assigned =
				kind.toUpperCase() === 'ENV' && old ? [old] : [...rest.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)];
			return assigned
				.filter(([, name = '', value = '']) => isSecretName(name) && value.replaceAll(/["'\s]/g, '') !== '')
				.map(([, name]) => ({
					status: 'wrong' as const,
					path: dockerfile.path,
					line,
					message: `${kind.toUpperCase()} ${name} has a value in the image.`,
					fix: `Take it out, change the key where it was made, and set it as a secret: fly secrets import --stage, on standard input.`,
				}));
		});
	},
};
