import type {Rule} from '../../core/doctor/rule.ts';

export const flyTomlSyntax: Rule = {
	id: 'fly-toml-syntax',
	title: 'fly.toml is not TOML',
	why: 'Every flyctl command that needs the app fails with a parser error, and phxfly cannot check the rest of the file.',

	check: ({flyTomlFaults, flyTomlPath}) =>
		flyTomlFaults
			.filter(({is}) => is === 'syntax')
			.map(({line, problem}) => ({
				status: 'wrong',
				path: flyTomlPath,
				line,
				message: problem,
				fix: 'Fix the line, then run doctor again. phxfly could not check the rest of fly.toml.',
			})),
};
