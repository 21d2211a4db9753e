import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
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

	check({flyToml}) {
		if (!flyToml) return [];
		const {http_service: main, services = []} = flyToml.config;
		const ports = services.flatMap(({ports}, index) => place<Port>('ports', ports, ['services', index]));
		const open = [
			...(main && main.force_https !== true ? [['http_service', 'force_https']] : []),
			...ports
				.filter(
					({entry: {handlers, force_https: isForced}}) =>
						handlers?.includes('http') && !handlers.includes('tls') && isForced !== true,
				)
				.map(({path}) => [...path, 'force_https']),
		];
		return open.map(path => {
			const edits = [{path, value: true, reason: 'redirects http:// to https://'}];
			return reportInToml(
				flyToml,
				path,
				'Fly serves http:// requests without redirecting them.',
				'force_https = true',
				edits,
			);
		});
	},
};
