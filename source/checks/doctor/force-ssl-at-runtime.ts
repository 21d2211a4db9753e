import type {Rule} from '../../core/doctor/rule.ts';
import {findForceSsl} from '../../core/project/elixir.ts';

export const forceSslAtRuntime: Rule = {
	id: 'force-ssl-at-runtime',
	title: 'force_ssl is set only in runtime.exs',
	why: 'The endpoint reads force_ssl when it is compiled; set at runtime it does nothing, and http:// is not redirected by the app.',

	check({elixir}) {
		const settings = findForceSsl(elixir);
		const isRuntime = ({path}: {readonly path: string}) => path.endsWith('config/runtime.exs');
		if (!settings.every(isRuntime)) return [];
		return settings.map(({path, line}) => ({
			status: 'wrong',
			path,
			line,
			message: 'force_ssl in runtime.exs comes too late.',
			fix: 'Move it to config/prod.exs.',
		}));
	},
};
