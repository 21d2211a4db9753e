import {isBelow, reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findDatabasePath, findMounts} from '../../core/fly-toml/config.ts';

/** `/mnt/name` and `/mnt/name/name.db`, which fly launch writes, are a mount and a file on it like any other. */
export const databaseOutsideVolume: Rule = {
	id: 'database-outside-volume',
	title: 'The database is not on the volume',
	why: 'Everything outside the volume is lost with each deploy and each move to another host. The app starts empty, without an error.',

	check({flyToml, hasSqlite, liteFs, dockerfile, secrets}) {
		// LiteFS mounts the database's folder itself.
		if (!flyToml || !hasSqlite || liteFs) return [];
		const [mount] = findMounts(flyToml.config);
		const path = findDatabasePath(flyToml.config);
		const place = ['env', 'DATABASE_PATH'];
		if (!mount) {
			return [
				reportInToml(
					flyToml,
					['mounts'],
					'The app keeps its data in SQLite, but fly.toml does not mount a volume.',
					'Run phxfly setup. It adds the mount and creates the volume.',
				),
			];
		}

		const {destination} = mount.entry;
		if (!destination) return [];
		if (path === undefined) {
			if (/^\s*ENV\s.*\bDATABASE_PATH\b/m.test(dockerfile?.text ?? '') || secrets?.has('DATABASE_PATH'))
				return [];
			const message = 'DATABASE_PATH is not in [env], so phxfly cannot tell where the database is.';
			return [
				{
					...reportInToml(flyToml, place, message, `Set DATABASE_PATH in [env] to a file in ${destination}.`),
					status: 'could-not-tell',
				},
			];
		}

		if (isBelow(path, destination)) return [];
		const wanted = `${destination.replace(/\/+$/, '')}/${path.split('/').at(-1) || 'app.db'}`;
		return [
			reportInToml(
				flyToml,
				place,
				`DATABASE_PATH is ${path}; the volume is mounted at ${destination}.`,
				`If the data should outlive a deploy, move the file and set DATABASE_PATH = "${wanted}".`,
			),
		];
	},
};
