import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMounts} from '../../core/fly-toml/config.ts';

export const releaseCommandDatabase: Rule = {
	id: 'release-command-database',
	title: 'A release_command with a database on the volume',
	why: 'A release_command runs on a machine without the volume, so it migrates a database that is then deleted. If the image also starts Litestream there, it becomes a second writer of the replica.',

	check({flyToml, hasSqlite}) {
		const command = flyToml?.config.deploy?.release_command;
		if (!flyToml || !command || !hasSqlite || findMounts(flyToml.config).length === 0) return [];
		const path = ['deploy', 'release_command'];
		return [
			reportInToml(
				flyToml,
				path,
				'release_command would run without the volume that holds the database.',
				'Run the migrations at boot ({Ecto.Migrator, repos: …} after the Repo in lib/*/application.ex), then delete the line.',
			),
		];
	},
};
