import type {ElixirFacts, Repo} from '../elixir/facts.ts';
import {type Refusal, refuse} from './refusal.ts';

type Code = Pick<ElixirFacts, 'repos' | 'settings'>;

/** Refuses a profile without a volume for an app that keeps data in SQLite: nothing would replicate it. */
export function refuseBareDatabase(elixir: Code, profileId: string): Refusal | undefined {
	const repo = elixir.repos.find(each => keepsData(each, elixir.settings));
	if (!repo) return undefined;
	const {module, path, line} = repo;
	const change =
		explainPostgresBeside(elixir) ??
		`Run phxfly without --profile ${profileId}: it then protects that database.`;
	return refuse(
		`${module} keeps data in SQLite, and the profile ${profileId} sets up no volume and no replica for it.`,
		{path, line},
		`${change} If the app only reads that database, open it with mode: :readonly.`,
	);
}

/** Says what to do about an app that starts Postgres beside SQLite, in a sentence; `undefined` for any other. */
export function explainPostgresBeside(elixir: Code): string | undefined {
	const postgres = elixir.repos.find(({family, isStarted}) => family === 'postgres' && isStarted !== 'no');
	const sqlite = elixir.repos.find(each => keepsData(each, elixir.settings));
	return (
		postgres &&
		sqlite &&
		`phxfly protects only an app without Postgres (${postgres.module} in ${postgres.path}, line ${postgres.line}): keep all data in one of the two.`
	);
}

/** A database in memory, and one that the app only reads, have nothing to lose. */
function keepsData({family, isStarted, module, database}: Repo, settings: Code['settings']): boolean {
	if (family !== 'sqlite' || isStarted === 'no') return false;
	const modes = settings.filter(each => each.module === module && each.key === 'mode' && each.holds !== 'no');
	const isReadOnly = modes.length > 0 && modes.every(({value}) => value === ':readonly');
	const [first] = database?.parts ?? [];
	return !isReadOnly && !(first?.is === 'literal' && first.text === ':memory:');
}
