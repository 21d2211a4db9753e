import {listForcedSsl} from '../../core/doctor/endpoint.ts';
import {reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {place} from '../../core/fly-toml/config.ts';

type Port = {
	readonly port?: unknown;
	readonly handlers?: readonly string[] | undefined;
	readonly force_https?: unknown;
};

export const forceHttps: Rule = {
	id: 'force-https',
	title: 'force_https is missing',
	why: 'Without it Fly serves http:// unencrypted, which exposes session cookies and sign-in links.',
	isFixable: true,

	check({flyToml, elixir}) {
		// The app redirects by itself, and sees by a header of the proxy what to redirect.
		const isRedirected = listForcedSsl(elixir).some(({state, knowsProxy}) => state === 'on' && knowsProxy);
		if (!flyToml || isRedirected) return [];
		const {http_service: main, services = []} = flyToml.config;
		const ports = services.flatMap(({ports}, index) => place<Port>('ports', ports, ['services', index]));
		const open = [
			...(main ? [{path: ['http_service', 'force_https'], isForced: main.force_https}] : []),
			...ports
				.filter(({entry: {handlers}}) => handlers?.includes('http') && !handlers.includes('tls'))
				.map(({path, entry}) => ({path: [...path, 'force_https'], isForced: entry.force_https})),
		];
		return open.flatMap(({path, isForced}): readonly Problem[] => {
			if (isForced === true) return [];
			const message = 'Fly serves http:// requests without redirecting them.';
			if (isForced === false) {
				const fix = 'force_https = true, unless something needs plain http://.';
				return [{...reportInToml(flyToml, path, message, fix), status: 'hint'}];
			}

			const edits = [{path, value: true, reason: 'redirects http:// to https://'}];
			return [reportInToml(flyToml, path, message, 'force_https = true', edits)];
		});
	},
};
