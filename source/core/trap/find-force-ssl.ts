import type {ElixirFile, ElixirSetting} from '../project/elixir.ts';

/** The endpoint's force_ssl, wherever production sets it. */
export const findForceSsl = (elixir: readonly ElixirFile[]): readonly ElixirSetting[] =>
	elixir
		.filter(({path}) => !/config\/(?:dev|test)\.exs$/.test(path))
		.flatMap(({settings}) => settings)
		.filter(({module, key}) => module.endsWith('Endpoint') && key === 'force_ssl');
