import {listForcedSsl} from '../../core/doctor/endpoint.ts';
import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findChecks} from '../../core/fly-toml/plan-edits.ts';

export const healthCheckRedirect: Rule = {
	id: 'health-check-redirect',
	title: 'force_ssl answers the health check with a redirect',
	why: 'Fly checks over plain HTTP and force_ssl answers 301. Only 200 passes, so no deploy ever becomes healthy.',
	isFixable: true,

	check({flyToml, elixir}) {
		const forced = listForcedSsl(elixir).filter(({state}) => state === 'on');
		if (!flyToml || forced.length === 0) return [];
		return findChecks(flyToml.config).flatMap(({path, entry: {headers, protocol, path: asked = '/'}}) => {
			if (protocol === 'https') return [];
			if (Object.keys(headers ?? {}).some(name => name.toLowerCase() === 'x-forwarded-proto')) return [];
			if (forced.some(({excluded}) => excluded.includes(`"${asked}"`))) return [];
			const edits = Array.isArray(headers)
				? undefined
				: [
						{
							path: [...path, 'headers', 'X-Forwarded-Proto'],
							value: 'https',
							reason: 'so force_ssl lets the check through',
						},
					];
			const message = `The check of ${asked} does not send X-Forwarded-Proto, but force_ssl is on.`;
			return [
				reportInToml(flyToml, path, message, 'headers.X-Forwarded-Proto = "https" in the check', edits),
			];
		});
	},
};
