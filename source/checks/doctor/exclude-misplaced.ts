import {listEndpointSettings} from '../../core/doctor/endpoint.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const excludeMisplaced: Rule = {
	id: 'exclude-misplaced',
	title: '`exclude:` next to force_ssl instead of inside it',
	why: 'Phoenix 1.8.3 and 1.8.4 generators wrote it there, where Phoenix ignores it. The paths it should exclude are still redirected.',

	check: ({elixir}) =>
		listEndpointSettings(elixir, 'exclude').map(({path, line}) => ({
			status: 'wrong',
			path,
			line,
			message: 'exclude: is a separate setting here, and the endpoint ignores it.',
			fix: 'Move it inside: force_ssl: [rewrite_on: [:x_forwarded_proto], exclude: […]].',
		})),
};
