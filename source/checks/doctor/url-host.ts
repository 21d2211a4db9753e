import {readServedHost} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

/** What a release reads, each over what was read before it. */
const order = ['config/config.exs', 'config/prod.exs', 'config/runtime.exs'] as const;

export const urlHost: Rule = {
	id: 'url-host',
	title: 'url: of the endpoint names another host than the one that is served',
	why: 'Links and redirects lead there, and LiveView, which by default lets in only what comes from that host, is refused on the one people use.',

	check(facts) {
		const served = readServedHost(facts);
		if (served === undefined) return [];
		const hosts = facts.elixir
			.flatMap(({settings}) => settings)
			.filter(({module, key}) => module.endsWith('Endpoint') && key === 'url')
			.flatMap(({path, line, module, value}) => {
				const rank = order.findIndex(name => path.endsWith(name));
				const written = /\bhost:\s*("[^"]*"|[^\s,\]]+)/.exec(value)?.[1];
				return rank === -1 || written === undefined ? [] : [{path, line, module, rank, written}];
			});
		return [...new Set(hosts.map(({module}) => module))].flatMap(module => {
			const own = hosts.filter(each => each.module === module);
			const last = own.filter(({rank}) => rank === Math.max(...own.map(each => each.rank))).at(-1);
			const host = /^"([^"#]*)"$/.exec(last?.written ?? '')?.[1];
			if (!last || host === undefined || host === served) return [];
			return [
				{
					status: 'wrong' as const,
					path: last.path,
					line: last.line,
					message: `url: names ${host}, and ${served} is served.`,
					fix: `In config/runtime.exs: url: [host: System.get_env("PHX_HOST"), port: 443, scheme: "https"]`,
				},
			];
		});
	},
};
