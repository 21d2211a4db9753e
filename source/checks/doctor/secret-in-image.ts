import {isSecretName} from '../../core/doctor/findings.ts';
import {isPlaceholder} from '../../core/doctor/placeholders.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const secretInImage: Rule = {
	id: 'secret-in-image',
	title: 'A secret in the Dockerfile',
	why: 'The image and its history keep every ENV and ARG value. Anyone who can pull the image can read it, and you cannot undo that.',

	check({dockerfile}) {
		if (!dockerfile) return [];
		return listUncommented(dockerfile.text).flatMap(({line, text}) => {
			const [, kind = '', rest = ''] = /^\s*(ENV|ARG)\s+(.*)$/i.exec(text) ?? [];
			const old = /^(\w+)\s+(?!=)(\S.*)$/.exec(rest);
			const assigned =
				kind.toUpperCase() === 'ENV' && old ? [old] : [...rest.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)];
			return assigned
				.filter(
					([, name = '', value = '']) => isSecretName(name) && !isPlaceholder(value.replaceAll(/["']/g, '')),
				)
				.map(([, name]) => ({
					status: 'wrong' as const,
					path: dockerfile.path,
					line,
					message: `${kind.toUpperCase()} ${name} has a value in the image.`,
					fix: `Remove it, replace the key at its provider, and set the new key as a secret: fly secrets import --stage, on standard input.`,
				}));
		});
	},
};
