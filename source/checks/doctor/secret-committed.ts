import {isSecretName, reportInToml} from '../../core/doctor/findings.ts';
import {isPlaceholder} from '../../core/doctor/placeholders.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import type {ElixirFacts, ElixirSetting} from '../../core/elixir/facts.ts';
import {readReplicaSetting} from '../../core/litestream/setting.ts';

const fix =
	'Remove it, replace the key at its provider (git history keeps the old one), and set the new key as a secret.';

export const secretCommitted: Rule = {
	id: 'secret-committed',
	title: 'A secret in a project file',
	why: 'Anyone who can read the repository, now or later, has the key.',

	check({flyToml, litestream, elixir}) {
		const ofEnv = Object.entries(flyToml?.config.env ?? {})
			.filter(([name, value]) => isSecretName(name) && !isPlaceholder(String(value)))
			.flatMap(([name]) =>
				flyToml ? [reportInToml(flyToml, ['env', name], `${name} has its value in [env].`, fix)] : [],
			);
		const ofYaml = (litestream?.databases ?? []).flatMap(({replicas}) =>
			replicas.flatMap(({node}) =>
				['access-key-id', 'secret-access-key'].flatMap((name): readonly Problem[] => {
					const setting = readReplicaSetting(node, name);
					if (!setting || setting.text.includes('${')) return [];
					return [
						{
							status: 'wrong',
							path: litestream?.path ?? '',
							line: setting.line,
							message: `${name} has its value in the file.`,
							fix,
						},
					];
				}),
			),
		);
		const ofConfig = listOwnValues(elixir).map(
			({path, line, key, holds}): Problem => ({
				status: holds === 'yes' ? 'wrong' : 'could-not-tell',
				path,
				line,
				message: `${key} has its value in the file.`,
				fix,
			}),
		);
		return [...ofEnv, ...ofYaml, ...ofConfig];
	},
};

/** Lists the secrets that production takes from the files of config/: a later setting replaces a value for development. */
function listOwnValues(elixir: ElixirFacts | undefined): readonly ElixirSetting[] {
	const settings = (elixir?.settings ?? []).filter(({key}) => isSecretName(key));
	return settings.filter(
		({app, module, key, literal}, index) =>
			literal !== undefined &&
			literal.length >= 8 &&
			!/^\d+$/.test(literal) &&
			!isPlaceholder(literal) &&
			!settings
				.slice(index + 1)
				.some(later => later.app === app && later.module === module && later.key === key),
	);
}
