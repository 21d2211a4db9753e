import type {ElixirFacts, Place, Repo, TextPart} from './facts.ts';

/** Where the SQLite file is that an app's code opens in production. */
export type AppDatabase =
	/** The code has repos, and nothing starts one of SQLite. */
	| {readonly is: 'none'; readonly repo: Repo}
	/** The code has neither a repo nor a read of DATABASE_PATH. */
	| {readonly is: 'unseen'}
	| {
			readonly is: 'path';
			readonly path: string;
			/** What the path begins with. */
			readonly variable: string | undefined;
			readonly rest: string;
			readonly place: Place;
	  }
	/** Nothing sets the variable. */
	| {
			readonly is: 'unset';
			readonly variable: string;
			/** What the code writes behind its value, such as `/app.db`; empty where the value is the whole path. */
			readonly rest: string;
			readonly place: Place;
	  }
	/** Only running the code would tell. */
	| {readonly is: 'unclear'; readonly text: string; readonly place: Place}
	/** A path that begins with a variable that nothing sets begins with `$NAME`. */
	| {readonly is: 'several'; readonly paths: readonly string[]; readonly place: Place};

/**
Finds the file of the repos that the app starts. Without a repo, or where the path is computed, an app that reads DATABASE_PATH is
taken at its word.

@param environment - The variables of the machine, as far as files set them.
*/
export function findAppDatabase(
	elixir: Pick<ElixirFacts, 'repos' | 'environment' | 'unread'>,
	environment: ReadonlyMap<string, string>,
): AppDatabase {
	const {repos, unread} = elixir;
	const sqlite = repos.filter(({family, isStarted}) => family === 'sqlite' && isStarted !== 'no');
	const [idle] = repos;
	if (sqlite.length === 0 && idle && unread.length === 0) return {is: 'none', repo: idle};
	const found = sqlite.map(repo => locate(repo, environment));
	const unclear = found.find(({is}) => is === 'unclear');
	const [first] = found;
	if (!first || unclear) return findByName(elixir, environment) ?? unclear ?? {is: 'unseen'};
	const paths = [...new Set(found.map(nameFile))];
	return paths.length > 1 ? {is: 'several', paths, place: first.place} : first;
}

const nameFile = (found: Located): string => {
	if (found.is === 'path') return found.path;
	return found.is === 'unset' ? `$${found.variable}${found.rest}` : found.text;
};

/** The usual name, where the code reads it somewhere. */
function findByName(
	{environment: reads}: Pick<ElixirFacts, 'environment'>,
	environment: ReadonlyMap<string, string>,
): AppDatabase | undefined {
	const read = reads.find(({name, holds}) => name === 'DATABASE_PATH' && holds !== 'no');
	if (!read) return undefined;
	const place = {path: read.path, line: read.line};
	const path = environment.get('DATABASE_PATH');
	return path === undefined
		? {is: 'unset', variable: 'DATABASE_PATH', rest: '', place}
		: {is: 'path', path, variable: 'DATABASE_PATH', rest: '', place};
}

type Located = Extract<AppDatabase, {readonly is: 'path' | 'unset' | 'unclear'}>;

function locate({database, ...repo}: Repo, environment: ReadonlyMap<string, string>): Located {
	if (!database)
		return {is: 'unclear', text: 'nothing in production', place: {path: repo.path, line: repo.line}};
	const place = {path: database.path, line: database.line};
	// A URL may hold a token.
	const text = database.key === 'url' ? 'named by a URL' : database.text;
	const unclear: Located = {is: 'unclear', text, place};
	if (database.key === 'url' || database.parts === undefined) return unclear;
	const [head] = database.parts;
	const parts = database.parts.map(part => readPart(part, environment));
	const isKnown = parts.every(part => part !== undefined);
	const variable = head?.is === 'variable' ? head.name : undefined;
	const isSet = variable !== undefined && environment.has(variable);
	const path = join(parts);
	const rest = join(parts.slice(1));
	if (isKnown && (isSet || variable === undefined || path.startsWith('/'))) {
		return {is: 'path', path, variable, rest, place};
	}

	const isPlain = parts.slice(1).every(part => part !== undefined);
	return variable === undefined || isSet || !isPlain ? unclear : {is: 'unset', variable, rest, place};
}

const join = (parts: readonly (string | undefined)[]): string => parts.join('').replaceAll(/\/{2,}/g, '/');

const readPart = (part: TextPart, environment: ReadonlyMap<string, string>): string | undefined =>
	part.is === 'literal' ? part.text : (environment.get(part.name) ?? part.fallback);
