import type {Rule} from '../../core/doctor/rule.ts';
import {findForceSsl} from '../../core/project/elixir.ts';

export const forceSslAtRuntime: Rule = {
	id: 'force-ssl-at-runtime',
	title: 'force_ssl is set only in runtime.exs',
	why: 'The endpoint reads force_ssl at compile time. Set at runtime it has no effect, so the app does not redirect http://.',

	check({elixirFiles}) {
		const settings = findForceSsl(elixirFiles);
		const isRuntime = ({path}: {readonly path: string}) => path.endsWith('config/runtime.exs');
		if (!settings.every(isRuntime)) return [];
		return settings.map(({path, line}) => ({
			status: 'wrong',
			path,
			line,
			message: 'force_ssl has no effect in runtime.exs.',
			fix: 'Move it to config/prod.exs.',
		}));
	},
};
