import {isSecretName} from '../../core/doctor/findings.ts';
import {isPlaceholder} from '../../core/doctor/placeholders.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {readPairs} from '../../core/image/dockerfile.ts';

export const secretInImage: Rule = {
	id: 'secret-in-image',
	title: 'A secret in the Dockerfile',
	why: 'The image and its history keep every ENV and ARG value. Anyone who can pull the image can read it, and you cannot undo that.',

	check({dockerfile}) {
		if (!dockerfile) return [];
		return dockerfile.instructions.flatMap(({keyword, text, line}) =>
			(keyword === 'ENV' || keyword === 'ARG' ? [...readPairs(text)] : [])
				.filter(([name, value]) => isSecretName(name) && value !== undefined && !isPlaceholder(value))
				.map(([name]) => ({
					status: 'wrong' as const,
					path: dockerfile.path,
					line,
					message: `${keyword} ${name} has a value in the image.`,
					fix: `Remove it, replace the key at its provider, and set the new key as a secret: fly secrets import --stage, on standard input.`,
				})),
		);
	},
};
