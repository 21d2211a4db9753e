import {listEndpointSettings} from '../../core/doctor/endpoint.ts';
import {readServedHost} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';

export const checkOrigin: Rule = {
	id: 'check-origin',
	title: 'check_origin does not allow the served host',
	why: 'The pages render, but Phoenix rejects every LiveView socket, so nothing on them responds.',

	check(facts) {
		const host = readServedHost(facts);
		if (host === undefined) return [];
		const settings = listEndpointSettings(facts.elixir, 'check_origin');
		const modules = [...new Set(settings.map(({module}) => module))];
		const last = modules.flatMap(module => settings.findLast(setting => setting.module === module) ?? []);
		return last.flatMap(({path, line, value, holds}): readonly Problem[] => {
			// What an interpolation or a variable holds is unknown, and usually the host itself.
			if (/^(?:true|false|:conn)$/.test(value) || /#\{|\bSystem\./.test(value)) return [];
			const origins = [...value.matchAll(/"([^"]*)"/g)].map(([, origin = '']) => origin);
			const isPlain = /^\[(?:\s*"[^"]*"\s*,?)+\s*\]$/.test(value);
			if (isPlain && origins.some(origin => allows(origin, host))) return [];
			const isSure = isPlain && holds === 'yes';
			return [
				{
					status: isSure ? 'wrong' : 'could-not-tell',
					path,
					line,
					message: isPlain
						? `check_origin does not include ${host}.`
						: 'check_origin is not a plain list of origins.',
					fix: `Allow "//${host}" there, or remove check_origin. It then follows the endpoint's url:.`,
				},
			];
		});
	},
};

function allows(origin: string, host: string): boolean {
	const named = origin.replace(/^(?:[a-z]+:)?\/\//, '').replace(/[:/].*$/, '');
	return named === host || (named.startsWith('*.') && host.endsWith(named.slice(1)));
}
