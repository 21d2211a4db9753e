import {readServedHost} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

/** The files a release reads; later ones override earlier ones. */
const order = ['config/config.exs', 'config/prod.exs', 'config/runtime.exs'] as const;

export const urlHost: Rule = {
	id: 'url-host',
	title: "The endpoint's url: does not match the served host",
	why: 'Links and redirects point to the wrong host. By default LiveView accepts only that host, so it fails on the one people use.',

	check(facts) {
		const served = readServedHost(facts);
		if (served === undefined) return [];
		const hosts = facts.elixirFiles
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
					message: `url: is ${host}, but the app serves ${served}.`,
					fix: `In config/runtime.exs: url: [host: System.get_env("PHX_HOST"), port: 443, scheme: "https"]`,
				},
			];
		});
	},
};
