import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import type {ElixirFacts} from '../../core/elixir/facts.ts';
import {findMounts} from '../../core/fly-toml/config.ts';

export const releaseCommandDatabase: Rule = {
	id: 'release-command-database',
	title: 'A release_command with a database on the volume',
	why: 'A release_command runs on a machine without the volume, so it migrates a database that is then deleted. If the image also starts Litestream there, it becomes a second writer of the replica.',

	check({flyToml, hasSqlite, elixir}) {
		const command = flyToml?.config.deploy?.release_command;
		if (!flyToml || !command || !hasSqlite || findMounts(flyToml.config).length === 0) return [];
		const path = ['deploy', 'release_command'];
		const message = 'release_command would run without the volume that holds the database.';
		const finding = reportInToml(flyToml, path, message, explain(elixir));
		// It may be for another database.
		return [hasOtherServer(elixir) ? {...finding, status: 'could-not-tell'} : finding];
	},
};

const hasOtherServer = (elixir: ElixirFacts | undefined): boolean =>
	(elixir?.repos ?? []).some(
		({family, isStarted}) => isStarted !== 'no' && family !== 'sqlite' && family !== 'memory',
	);

/** What to do, by what the code says about migrations at boot. */
function explain(elixir: ElixirFacts | undefined): string {
	const {atBoot, place, skip} = elixir?.migrations ?? {};
	const where = place ? `${place.path}, line ${place.line}` : '';
	if (atBoot === 'yes') return `Delete the line if it only migrates: ${where} migrates at boot already.`;
	if (skip !== undefined) {
		return `Let the migrations run at boot: ${where} skips them in a release (skip: ${skip}). Then delete the line.`;
	}

	return 'Run the migrations at boot ({Ecto.Migrator, repos: …} after the Repo in lib/*/application.ex), then delete the line.';
}
