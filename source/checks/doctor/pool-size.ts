import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findVariable} from '../../core/project/elixir.ts';

export const poolSize: Rule = {
	id: 'pool-size',
	title: 'POOL_SIZE over 5 on SQLite',
	why: 'SQLite has one writer. More connections cause waits, "database is locked" errors, and memory use, without more throughput.',
	isFixable: true,

	check({flyToml, flyTomlPath, hasSqlite, elixirFiles}) {
		if (!hasSqlite) return [];
		const set = flyToml?.config.env?.POOL_SIZE;
		if (flyToml && set !== undefined) {
			if (!(Number(set) > 5)) return [];
			const path = ['env', 'POOL_SIZE'];
			const edits = [{path, value: typeof set === 'number' ? 5 : '5', reason: 'SQLite has one writer'}];
			return [reportInToml(flyToml, path, `POOL_SIZE is ${Number(set)}.`, 'POOL_SIZE = "5"', edits)];
		}

		return findVariable(elixirFiles, 'POOL_SIZE')
			.filter(({fallback}) => Number(fallback) > 5)
			.map(({path, line, fallback}) => ({
				status: 'wrong',
				path,
				line,
				message: `POOL_SIZE is ${Number(fallback)} by default.`,
				fix: `POOL_SIZE = "5" in [env] of ${flyTomlPath}, or 5 as the default here.`,
			}));
	},
};
