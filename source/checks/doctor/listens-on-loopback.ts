import {listEndpointSettings} from '../../core/doctor/endpoint.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const listensOnLoopback: Rule = {
	id: 'listens-on-loopback',
	title: 'The app listens on loopback only',
	why: "Fly's proxy connects from outside the machine, so it cannot reach an app that listens on 127.0.0.1.",

	check({elixir}) {
		const settings = listEndpointSettings(elixir, 'http').filter(({value}) => /\bip:/.test(value));
		const modules = [...new Set(settings.map(({module}) => module))];
		return modules
			.flatMap(module => settings.findLast(setting => setting.module === module) ?? [])
			.filter(({value, holds}) => holds === 'yes' && isLoopback(value))
			.map(({path, line}) => ({
				status: 'wrong',
				path,
				line,
				message: 'The endpoint listens on loopback.',
				fix: 'ip: {0, 0, 0, 0, 0, 0, 0, 0}',
			}));
	},
};

const isLoopback = (value: string): boolean =>
	/\bip:\s*(?:\{127,|\{0, 0, 0, 0, 0, 0, 0, 1\}|:loopback)/.test(value);
