import {isBelow} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findDatabasePath, findMounts} from '../../core/fly-toml/config.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const mountMismatch: Rule = {
	id: 'mount-mismatch',
	title: 'Litestream or the entrypoint uses a path outside the volume',
	why: 'Litestream then replicates a file the app never writes, or restores to a path the app never reads. You see no error and have no backup.',

	check({flyToml, litestream, entrypoint, database: found}) {
		const destination = flyToml && findMounts(flyToml.config)[0]?.entry.destination;
		if (!flyToml || !destination) return [];
		const database = found?.is === 'path' ? found.path : findDatabasePath(flyToml.config);
		const wanted = database ?? `a file in ${destination}`;
		const isRight = (path: string) =>
			database === undefined ? isBelow(path, destination) : path === database;
		const resolve = (text: string) =>
			text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => String(flyToml.config.env?.[name] ?? whole));

		const ofLitestream = (litestream?.databases ?? []).flatMap(({path, line}): readonly Problem[] => {
			const resolved = resolve(path);
			// A separate rule reports a wrong DATABASE_PATH.
			if (path.includes('DATABASE_PATH') || resolved.includes('${') || resolved === '') return [];
			if (isBelow(resolved, destination)) return [];
			return [
				{
					status: 'wrong',
					path: litestream?.path ?? '',
					line,
					message: `Litestream watches ${resolved}; the volume is mounted at ${destination}.`,
					fix: 'path: $DATABASE_PATH',
				},
			];
		});
		const paths = (litestream?.databases ?? []).map(({path}) => resolve(path));
		const [only] = paths;
		const isOther =
			only !== undefined &&
			ofLitestream.length === 0 &&
			database !== undefined &&
			!only.includes('${') &&
			!paths.includes(database);
		const missed: readonly Problem[] = isOther
			? [
					{
						status: 'wrong',
						path: litestream?.path ?? '',
						line: litestream?.databases[0]?.line ?? 1,
						message: `Litestream watches ${only}; the database is ${database}.`,
						fix: 'path: $DATABASE_PATH',
					},
				]
			: [];
		const ofEntrypoint = listUncommented(entrypoint?.text ?? '').flatMap(({line, text}) =>
			[...text.matchAll(/(?<![\w.}/-])\/[\w./-]+\.(?:db|sqlite3?)\b/g)]
				.filter(([path]) => !isRight(path) && !path.startsWith('/tmp/'))
				.map(
					([path]): Problem => ({
						status: 'wrong',
						path: entrypoint?.path ?? '',
						line,
						message: `The entrypoint names ${path}; the database is ${wanted}.`,
						fix: 'Write "$DATABASE_PATH" there.',
					}),
				),
		);
		return [...ofLitestream, ...missed, ...ofEntrypoint];
	},
};
