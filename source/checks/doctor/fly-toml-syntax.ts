import type {Rule} from '../../core/doctor/rule.ts';

export const flyTomlSyntax: Rule = {
	id: 'fly-toml-syntax',
	title: 'fly.toml is not TOML',
	why: 'Every flyctl command that needs the app fails with a parser error, and nothing else in the file can be checked.',

	check: ({flyTomlFaults}) =>
		flyTomlFaults
			.filter(({is}) => is === 'syntax')
			.map(({line, problem}) => ({
				status: 'wrong',
				path: 'fly.toml',
				line,
				message: problem,
				fix: 'Mend the line, then run doctor again: nothing else in fly.toml was checked.',
			})),
};
