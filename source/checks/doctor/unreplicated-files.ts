import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {isBelow, reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findDatabasePath, findMounts} from '../../core/fly-toml/config.ts';

export const unreplicatedFiles: Rule = {
	id: 'unreplicated-files',
	title: 'Unreplicated files on the volume',
	why: 'Litestream replicates only the databases in litestream.yml. Uploads or a second database are lost with the volume.',

	check(facts) {
		const {flyToml, usesLitestream, litestream, elixir, database} = facts;
		const destination = flyToml && findMounts(flyToml.config)[0]?.entry.destination;
		if (!flyToml || !destination || !usesLitestream) return [];
		const {env = {}} = flyToml.config;
		const replicated = new Set([
			database?.is === 'path' ? database.path : findDatabasePath(flyToml.config),
			...(litestream?.databases ?? []).map(({path}) =>
				path.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => String(env[name] ?? whole)),
			),
		]);
		const isLost = (path: string) => isBelow(path, destination) && !replicated.has(path) && !/\s/.test(path);
		const explain = (path: string) => ({
			message: `${path} is on the volume but not replicated.`,
			fix: 'Add a litestream.yml entry for each database. Keep uploads in object storage.',
		});
		const ofEnv = Object.entries(env)
			.map(([name, value]) => [name, String(value)] as const)
			.filter(([name, path]) => isLost(path) && (isDatabase(path) || isWritten(facts, `"${name}"`)))
			.map(([name, path]) => {
				const {message, fix} = explain(path);
				return reportInToml(flyToml, ['env', name], message, fix);
			});
		const ofCode = (elixir?.settings ?? []).flatMap(({path: file, line, key, value}) =>
			[...value.matchAll(/"(\/[\w./-]+)"/g)]
				.filter(([, path = '']) => isLost(path) && (isDatabase(path) || isWritten(facts, `:${key}`)))
				.map(([, path = '']): Problem => ({status: 'wrong', path: file, line, ...explain(path)})),
		);
		return [...ofEnv, ...ofCode];
	},
};

const isDatabase = (path: string): boolean => /\.(?:db|sqlite3?)$/.test(path);

/** Whether a file of the code that names a variable or setting also writes files in a folder of the configuration. */
const isWritten = ({elixir, files}: DoctorFacts, name: string): boolean =>
	(elixir?.fileWrites ?? []).some(
		({root, path}) =>
			(root === 'configured' || root === 'unknown') &&
			(files.get(path) ?? '').split(/[^\w:"?!]+/).includes(name),
	);
