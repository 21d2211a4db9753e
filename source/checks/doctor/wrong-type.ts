import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {writeTomlValue} from '../../core/fly-toml/document.ts';

export const wrongType: Rule = {
	id: 'wrong-type',
	title: 'A value of the wrong type',
	why: 'flyctl rejects the whole file or misreads the value: "false" in quotes is not false.',
	isFixable: true,

	check: ({flyTomlFaults, flyTomlPath}) =>
		flyTomlFaults
			.filter(({is}) => is === 'type')
			.map(({path, line, problem, value}): Problem => {
				const wanted = convert(problem, value);
				const finding: Problem = {
					status: 'wrong',
					path: flyTomlPath,
					line,
					message: problem,
					fix:
						wanted === undefined
							? 'Fix the value, then run doctor again. phxfly could not check most of fly.toml.'
							: `${String(path.at(-1))} = ${writeTomlValue(wanted)}`,
				};
				if (wanted === undefined) return finding;
				return {
					...finding,
					edit: {is: 'toml', edits: [{path, value: wanted, reason: 'the type flyctl expects'}]},
				};
			}),
};

/** Returns the value in the required type, if the intent is clear. */
function convert(problem: string, value: unknown): string | number | boolean | undefined {
	const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
	const flag = text === 'true' ? true : text === 'false' ? false : undefined;
	if (problem.includes('must be true or false')) return flag;
	if (problem.includes('must be "off"')) return flag;
	if (problem.includes('must be a whole number')) return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
	if (problem.includes('must be a string in quotes')) {
		return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
	}

	return undefined;
}
