import {readServedHost} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const checkOrigin: Rule = {
	id: 'check-origin',
	title: 'check_origin does not allow the served host',
	why: 'The pages render, but Phoenix rejects every LiveView socket, so nothing on them responds.',

	check(facts) {
		const host = readServedHost(facts);
		if (host === undefined) return [];
		return facts.elixirFiles
			.flatMap(({settings}) => settings)
			.filter(
				({path, module, key}) =>
					!/config\/(?:dev|test)\.exs$/.test(path) && module.endsWith('Endpoint') && key === 'check_origin',
			)
			.flatMap(({path, line, value}) => {
				// What an interpolation holds is unknown, and usually the host itself.
				if (/^(?:true|false|:conn)$/.test(value) || value.includes('#{')) return [];
				const origins = [...value.matchAll(/"([^"]*)"/g)].map(([, origin = '']) => origin);
				const isPlain = /^\[[\s\S]*\]$/.test(value) && origins.length > 0;
				if (isPlain && origins.some(origin => allows(origin, host))) return [];
				return [
					{
						status: isPlain ? ('wrong' as const) : ('could-not-tell' as const),
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
