import {readVariable, reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';

export const poolSize: Rule = {
	id: 'pool-size',
	title: 'POOL_SIZE over 5 on SQLite',
	why: 'SQLite has one writer. More connections cause waits, "database is locked" errors, and memory use, without more throughput.',
	isFixable: true,

	check(facts) {
		const {flyToml, flyTomlPath, elixir, secrets} = facts;
		const repos = (elixir?.repos ?? []).filter(
			({family, isStarted}) => family === 'sqlite' && isStarted !== 'no',
		);
		return repos.flatMap(({module, poolSize}): readonly Problem[] => {
			if (!poolSize) return [];
			const {variable, value, path, line} = poolSize;
			if (variable === undefined) {
				if (value === undefined || value <= 5) return [];
				return [{status: 'wrong', path, line, message: `pool_size is ${value}.`, fix: 'pool_size: 5'}];
			}

			const set = flyToml?.config.env?.[variable];
			const other = (elixir?.repos ?? []).find(
				each => each.family !== 'sqlite' && each.isStarted !== 'no' && each.poolSize?.variable === variable,
			);
			if (other) {
				const now = secrets?.has(variable) ? undefined : (readVariable(variable, facts) ?? value);
				if (!(Number(now) > 5)) return [];
				const message = `${variable} is ${Number(now)}, for ${module} and ${other.module}.`;
				return [{status: 'wrong', path, line, message, fix: `pool_size: 5 for ${module} alone.`}];
			}

			if (flyToml && set !== undefined && !secrets?.has(variable)) {
				if (!(Number(set) > 5)) return [];
				const place = ['env', variable];
				const edits = [
					{path: place, value: typeof set === 'number' ? 5 : '5', reason: 'SQLite has one writer'},
				];
				const message = `${variable} is ${Number(set)}.`;
				return [reportInToml(flyToml, place, message, `${variable} = "5"`, edits)];
			}

			const isSet = secrets?.has(variable) || readVariable(variable, facts) !== undefined;
			if (isSet || value === undefined || value <= 5) return [];
			return [
				{
					status: 'wrong',
					path,
					line,
					message: `${variable} is ${value} by default.`,
					fix: `${variable} = "5" in [env] of ${flyTomlPath}, or 5 as the default here.`,
				},
			];
		});
	},
};
