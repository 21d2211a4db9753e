import {isAtRuntime, listEndpointSettings} from '../../core/doctor/endpoint.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const forceSslAtRuntime: Rule = {
	id: 'force-ssl-at-runtime',
	title: 'force_ssl is set only in runtime.exs',
	why: 'The endpoint reads force_ssl at compile time. Set at runtime it has no effect, so the app does not redirect http://.',

	check({elixir}) {
		const settings = listEndpointSettings(elixir, 'force_ssl');
		if (!settings.every(isAtRuntime)) return [];
		return settings
			.filter(({value}) => !/^(?:false|nil)$/.test(value))
			.map(({path, line}) => ({
				status: 'wrong',
				path,
				line,
				message: 'force_ssl has no effect in runtime.exs.',
				fix: 'Move it to config/prod.exs.',
			}));
	},
};
