import type {Rule} from '../../core/doctor/rule.ts';

export const excludeMisplaced: Rule = {
	id: 'exclude-misplaced',
	title: '`exclude:` beside force_ssl instead of inside it',
	why: 'Generators of Phoenix 1.8.3 and 1.8.4 wrote it there, where nobody reads it: what it should let through is redirected all the same.',

	check: ({elixir}) =>
		elixir
			.flatMap(({settings}) => settings)
			.filter(({module, key}) => module.endsWith('Endpoint') && key === 'exclude')
			.map(({path, line}) => ({
				status: 'wrong',
				path,
				line,
				message: 'exclude: is a setting of its own here, which the endpoint ignores.',
				fix: 'Move it inside: force_ssl: [rewrite_on: [:x_forwarded_proto], exclude: […]].',
			})),
};
