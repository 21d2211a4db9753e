import {reportInToml, takeOutLine} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMounts} from '../../core/fly-toml/config.ts';

export const releaseCommandDatabase: Rule = {
	id: 'release-command-database',
	title: 'A release_command beside a database on the volume',
	why: 'A release_command runs on a machine without the volume: it migrates a database that is thrown away, and an image that starts Litestream there writes into the replica a second time.',
	isFixable: true,

	check({flyToml, hasSqlite, elixir}) {
		const command = flyToml?.config.deploy?.release_command;
		if (!flyToml || !command || !hasSqlite || findMounts(flyToml.config).length === 0) return [];
		const migratesAtBoot = elixir.some(
			({path, code}) => path.includes('lib/') && /\bEcto\.Migrator\b/.test(code),
		);
		const path = ['deploy', 'release_command'];
		const fix = migratesAtBoot
			? 'Take the line out: Ecto.Migrator runs the migrations at boot already.'
			: 'Take the line out, and run the migrations at boot: {Ecto.Migrator, repos: …} behind the Repo in lib/*/application.ex.';
		const finding = reportInToml(
			flyToml,
			path,
			'release_command would run without the volume that the database is on.',
			fix,
		);
		const edit = migratesAtBoot ? takeOutLine(flyToml, path) : undefined;
		return [{...finding, ...(edit ? {edit} : {})}];
	},
};
