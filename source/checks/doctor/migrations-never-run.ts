import {listCode} from '../../core/doctor/code.ts';
import type {DoctorFacts} from '../../core/doctor/facts.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findStartPlace, isImageKnown, listStartTexts, startsUnseen} from '../../core/doctor/start.ts';
import {findMounts} from '../../core/fly-toml/config.ts';

export const migrationsNeverRun: Rule = {
	id: 'migrations-never-run',
	title: 'Migrations that never run',
	why: 'A deploy then starts code that reads tables and columns the database does not have.',

	check(facts) {
		const {elixir, flyToml, files} = facts;
		const place = findStartPlace(facts);
		const repo = elixir?.repos.find(
			({family, isStarted}) => isStarted === 'yes' && /^(?:sqlite|postgres|mysql)$/.test(family),
		);
		if (!elixir || !flyToml || !repo || !place || !isImageKnown(facts)) return [];
		const {atBoot, skip, place: migrator} = elixir.migrations;
		const hasMigrations = [...files.keys()].some(path =>
			/(?:^|\/)priv\/[^/]+\/migrations\/[^/]+\.exs$/.test(path),
		);
		if (atBoot !== 'no' || !hasMigrations || mayMigrate(facts)) return [];
		const wrong = (problem: Pick<Problem, 'path' | 'line' | 'message' | 'fix'>): readonly Problem[] => [
			{status: 'wrong', ...problem},
		];
		if (skip !== undefined && migrator) {
			return wrong({
				...migrator,
				message: `A release always skips this Ecto.Migrator (skip: ${skip}), and nothing else runs the migrations.`,
				fix: /RELEASE_NAME"\) != nil/.test(skip)
					? 'skip: System.get_env("RELEASE_NAME") == nil'
					: 'Remove the skip: option, or let it be false in a release.',
			});
		}

		if (
			listCode(files).some(
				({path, text}) => !isUncalled.test(path) && /\bEcto\.Migrator\b|\bmigrate\(/.test(text),
			)
		)
			return [];
		const hasVolume = repo.family === 'sqlite' && findMounts(flyToml.config).length > 0;
		return wrong({
			...place,
			message:
				'Nothing runs the migrations: no release_command, no start script, and no code that runs at boot.',
			fix: hasVolume
				? `Add {Ecto.Migrator, repos: [${repo.module}]} after ${repo.module} in lib/*/application.ex.`
				: 'Set release_command = "/app/bin/migrate" in [deploy], or run the migrations at boot.',
		});
	},
};

/** What `mix phx.gen.release` writes, and Mix tasks, which a release does not have. Other code may run in a way that was not followed. */
const isUncalled = /release\.ex$|\/mix\/tasks\//;

/** Tells whether something runs them, or may: a command, a program that is not in the project, or code that could not be read. */
function mayMigrate(facts: DoctorFacts): boolean {
	const {flyToml, files, liteFs, unread, elixir} = facts;
	if (flyToml?.config.deploy?.release_command) return true;
	const texts = [
		...listStartTexts(facts),
		...[...files].flatMap(([path, text]) =>
			/\/env\.sh(?:\.eex)?$|(?:^|\/)litefs\.ya?ml$/.test(path) ? [text] : [],
		),
	];
	if (texts.some(text => /migrat|\becto\b|\b(?:eval|rpc)\b/i.test(text))) return true;
	return (
		(liteFs !== undefined && ![...files.keys()].some(path => /litefs\.ya?ml$/.test(path))) ||
		unread.length > 0 ||
		(elixir?.unread ?? []).some(({path}) => /migrat/i.test(files.get(path) ?? 'migrate')) ||
		startsUnseen(facts)
	);
}
