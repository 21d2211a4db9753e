import {isBelow, reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findDatabasePath, findMounts} from '../../core/fly-toml/config.ts';
import {indexLines} from '../../core/text/lines.ts';

export const unreplicatedFiles: Rule = {
	id: 'unreplicated-files',
	title: 'Unreplicated files on the volume',
	why: 'Litestream replicates only the databases in litestream.yml. Uploads or a second database are lost with the volume.',

	check({flyToml, usesLitestream, litestream, elixirFiles}) {
		const destination = flyToml && findMounts(flyToml.config)[0]?.entry.destination;
		if (!flyToml || !destination || !usesLitestream) return [];
		const replicated = new Set([
			findDatabasePath(flyToml.config),
			...(litestream?.databases ?? []).map(({path}) => path),
		]);
		const isLost = (path: string) =>
			isBelow(path, destination) && !replicated.has(path) && !/[\s]/.test(path);
		const explain = (path: string) => ({
			message: `${path} is on the volume but not replicated.`,
			fix: 'Add a litestream.yml entry for each database. Keep uploads in object storage.',
		});
		const ofEnv = Object.entries(flyToml.config.env ?? {})
			.filter(([, value]) => isLost(String(value)))
			.map(([name, value]) => {
				const {message, fix} = explain(String(value));
				return reportInToml(flyToml, ['env', name], message, fix);
			});
		const ofCode = elixirFiles.flatMap(({path: file, code}) => {
			const lineOf = indexLines(code);
			return [...code.matchAll(/"(\/[\w./-]+)/g)]
				.filter(([, path = '']) => isLost(path))
				.map(
					({1: path = '', index}): Problem => ({
						status: 'wrong',
						path: file,
						line: lineOf(index),
						...explain(path),
					}),
				);
		});
		return [...ofEnv, ...ofCode];
	},
};
