import type {Rule} from '../../core/doctor/rule.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const litestreamDefault: Rule = {
	id: 'litestream-default',
	title: 'A default in a variable of litestream.yml',
	why: 'Litestream does not support shell defaults: it reads `NAME:-value` as a variable name, which is empty, so the replica goes to the wrong place or nowhere.',

	check({litestream}) {
		if (!litestream) return [];
		return listUncommented(litestream.text).flatMap(({line, text}) =>
			[...text.matchAll(/\$\{(\w+)[^\w}][^}\n]*\}/g)].map(([whole, name]) => ({
				status: 'wrong',
				path: litestream.path,
				line,
				message: `${whole} is empty, whatever ${name} is.`,
				fix: `Write \${${name}} here and set the default in the entrypoint.`,
			})),
		);
	},
};
