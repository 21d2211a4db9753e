import {findEndpoints, findFileWrites, findMailAdapter, readEndpoint} from './endpoint.ts';
import {readEnvironment} from './environment.ts';
import type {ElixirFacts} from './facts.ts';
import {chooseHealth} from './health.ts';
import {readRepos} from './repos.ts';
import {readRoutes} from './routes.ts';
import {describeSetting, findConfigFiles, readSettings} from './settings.ts';
import {openElixir} from './source.ts';
import {followStart, readMigrations} from './supervision.ts';

type Options = {
	/** Of the image; `prod` by default. */
	readonly mixEnv?: string | undefined;
	/** The image starts `mix phx.server` instead of a release. */
	readonly isStartedByMix?: boolean | undefined;
	/** Milliseconds since any moment, by a clock that never goes back. */
	readonly elapsed: () => number;
};

/**
Reads what a project's Elixir says about its deployment, by its grammar and without running it. Never throws for any text.

@param files - Texts by path: mix.exs, `config/`, and `lib/`, of the apps of an umbrella too.
*/
export function readElixirFacts(files: ReadonlyMap<string, string>, options: Options): ElixirFacts {
	const {mixEnv = 'prod', isStartedByMix = false, elapsed} = options;
	const source = openElixir(files, {mixEnv, isStartedByMix, elapsed});
	const config = findConfigFiles(source);
	const settings = readSettings(source, config);
	const boot = followStart(source);
	const endpoints = findEndpoints(source);
	const routes = readRoutes(source);
	let fileWrites: ElixirFacts['fileWrites'] | undefined;
	return {
		mixEnv,
		repos: readRepos(source, settings, boot),
		migrations: readMigrations(boot, source),
		started: [...new Set(boot.children.filter(({holds}) => holds !== 'no').map(({module}) => module))],
		...readEnvironment(source, config, boot),
		settings: settings.map(setting => describeSetting(setting, source)),
		endpoint: readEndpoint(endpoints, settings, source),
		routes,
		health: chooseHealth(routes, endpoints, source),
		get fileWrites() {
			fileWrites ??= findFileWrites(source);
			return fileWrites;
		},
		mailAdapter: findMailAdapter(settings, source),
		get unread() {
			return source.listUnread();
		},
	};
}
