import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findServices} from '../../core/fly-toml/config.ts';
import type {TomlPath} from '../../core/fly-toml/document.ts';
import {findVariable} from '../../core/project/elixir.ts';

export const portMismatch: Rule = {
	id: 'port-mismatch',
	title: 'PORT is not internal_port',
	why: 'Fly sends requests and health checks to internal_port. If nothing listens there, the site returns 502 and deploys time out.',
	isFixable: true,

	check(facts) {
		const {flyToml} = facts;
		if (!flyToml) return [];
		const services = findServices(flyToml.config);
		const [first] = services;
		if (!first) return [];
		const listening = findPort(facts);
		if (!listening) {
			const message = 'phxfly cannot find the port the app listens on.';
			const fix = `Set PORT in [env] to the internal_port, and read it in config/runtime.exs.`;
			return [
				{...reportInToml(flyToml, [...first.path, 'internal_port'], message, fix), status: 'could-not-tell'},
			];
		}

		const {port, origin, isInEnv} = listening;
		return services
			.filter(({entry}) => entry.internal_port !== port)
			.map(({path, entry: {internal_port: now}}): Problem => {
				const place: TomlPath = [...path, 'internal_port'];
				if (now === undefined || isInEnv) {
					const state = now === undefined ? 'is missing' : `is ${now}`;
					const edits = [{path: place, value: port, reason: 'the port the app listens on'}];
					return reportInToml(
						flyToml,
						place,
						`internal_port ${state}; ${origin} is ${port}.`,
						`internal_port = ${port}`,
						edits,
					);
				}

				const edits = [{path: ['env', 'PORT'], value: String(now), reason: 'the port Fly connects to'}];
				return reportInToml(
					flyToml,
					place,
					`internal_port is ${now}; ${origin} is ${port}.`,
					`PORT = "${now}" in [env]`,
					edits,
				);
			});
	},
};

function findPort({flyToml, elixir}: DoctorFacts) {
	const set = flyToml?.config.env?.PORT;
	if (set !== undefined) {
		return /^\d+$/.test(String(set))
			? {port: Number(set), origin: 'PORT in [env]', isInEnv: true}
			: undefined;
	}

	const read = findVariable(elixir, 'PORT').find(({fallback}) => /^\d+$/.test(fallback ?? ''));
	if (read)
		return {port: Number(read.fallback), origin: `the default of PORT in ${read.path}`, isInEnv: false};
	if (findVariable(elixir, 'PORT').length > 0) return undefined;
	for (const {path, settings} of elixir.filter(({path}) => /config\/(runtime|prod)\.exs$/.test(path))) {
		const http = settings.find(({module, key}) => module.endsWith('Endpoint') && key === 'http')?.value;
		const port = /\bport:\s*(\d+)/.exec(http ?? '')?.[1];
		if (port !== undefined) return {port: Number(port), origin: `the port in ${path}`, isInEnv: false};
	}

	return undefined;
}
