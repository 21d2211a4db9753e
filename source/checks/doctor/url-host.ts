import {readServedHost} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const urlHost: Rule = {
	id: 'url-host',
	title: "The endpoint's url: does not match the served host",
	why: 'Links and redirects point to the wrong host. By default LiveView accepts only that host, so it fails on the one people use.',

	check(facts) {
		const {elixir, secrets} = facts;
		const served = readServedHost(facts);
		const {modules = [], urlHost} = elixir?.endpoint ?? {};
		if (served === undefined || !urlHost || modules.length > 1) return [];
		// An app that never reads PHX_HOST may be served under another name.
		const isRead = elixir?.environment.some(({name, holds}) => name === 'PHX_HOST' && holds !== 'no');
		if (!isRead && !secrets?.has('PHX_HOST')) return [];
		const [part, ...more] = urlHost.parts ?? [];
		if (part?.is !== 'literal' || more.length > 0 || part.text === served) return [];
		return [
			{
				status: 'wrong',
				path: urlHost.path,
				line: urlHost.line,
				message: `url: is ${part.text}, but the app serves ${served}.`,
				fix: `In config/runtime.exs: url: [host: System.get_env("PHX_HOST"), port: 443, scheme: "https"]`,
			},
		];
	},
};
