import type {Problem, Rule} from '../../core/doctor/rule.ts';
import type {ElixirSetting} from '../../core/elixir/facts.ts';

export const litestreamPragmas: Rule = {
	id: 'litestream-pragmas',
	title: 'A SQLite setting that Litestream cannot work with',
	why: 'Litestream reads the write-ahead log while the app runs. A setting that locks it out or turns the log off leaves the replica empty, or the app without connections.',

	check({elixir, usesLitestream, liteFs}) {
		if (!elixir || !usesLitestream || liteFs) return [];
		const repos = elixir.repos.filter(({family, isStarted}) => family === 'sqlite' && isStarted === 'yes');
		return repos.flatMap(({module}) =>
			[...new Set(elixir.settings.filter(setting => setting.module === module).map(({key}) => key))].flatMap(
				key => {
					const last = elixir.settings.findLast(setting => setting.module === module && setting.key === key);
					return (last?.holds === 'yes' ? judgeSetting(last) : undefined) ?? [];
				},
			),
		);
	},
};

function judgeSetting({key, value, path, line}: ElixirSetting): Problem | undefined {
	const given = /^:(\w+)$/.exec(value.trim())?.[1];
	if (key === 'locking_mode' && given === 'exclusive') {
		return {
			status: 'wrong',
			path,
			line,
			message: 'locking_mode :exclusive keeps Litestream out of the database, so nothing is replicated.',
			fix: 'Remove locking_mode: the default is :normal.',
		};
	}

	if (
		key === 'journal_mode' &&
		given !== undefined &&
		/^(?:delete|truncate|persist|memory|off)$/.test(given)
	) {
		return {
			status: 'wrong',
			path,
			line,
			message: `journal_mode is :${given}. Litestream keeps the database in :wal, and a new connection then fails with "database is locked".`,
			fix: 'journal_mode: :wal',
		};
	}

	if (key !== 'synchronous' || given !== 'off') return undefined;
	return {
		status: 'hint',
		path,
		line,
		message:
			'synchronous is :off. A host that loses power can damage the database, and Litestream replicates the damage.',
		fix: 'synchronous: :normal',
	};
}
