import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {type FlyService, findServices, type Placed} from '../../core/fly-toml/config.ts';
import type {TomlPath} from '../../core/fly-toml/document.ts';
import {findVariable} from '../../core/project/elixir.ts';

export const portMismatch: Rule = {
	id: 'port-mismatch',
	title: 'PORT is not internal_port',
	why: 'Fly sends requests and health checks to internal_port. If nothing listens there, the site returns 502 and deploys time out.',
	isFixable: true,

	check(facts) {
		const {flyToml, liteFs} = facts;
		if (!flyToml) return [];
		const services = findServices(flyToml.config);
		const [main] = services.filter(isForBrowsers);
		if (!main) return [];
		const {path, entry} = main;
		const {internal_port: now} = entry;
		const place: TomlPath = [...path, 'internal_port'];
		const listening = findPort(facts);
		if (!listening) {
			if (now !== undefined && liteFs?.ports.includes(now)) return [];
			const message = 'phxfly cannot find the port the app listens on.';
			const fix = `Set PORT in [env] to the internal_port, and read it in config/runtime.exs.`;
			return [{...reportInToml(flyToml, place, message, fix), status: 'could-not-tell'}];
		}

		const {port, origin, isInEnv} = listening;
		const reached = services.map(service => service.entry.internal_port);
		// Services have different ports. One of them must reach the app, or the proxy of LiteFS.
		if (now !== undefined && reached.some(each => each === port || liteFs?.ports.includes(each ?? 0)))
			return [];
		const isOnly = services.length === 1 && !liteFs;
		if (now === undefined || isInEnv) {
			const state = now === undefined ? 'is missing' : `is ${now}`;
			const edits = [{path: place, value: port, reason: 'the port the app listens on'}];
			const fix = `internal_port = ${port}`;
			const message = `internal_port ${state}; ${origin} is ${port}.`;
			return [reportInToml(flyToml, place, message, fix, isOnly ? edits : [])];
		}

		const edits = [{path: ['env', 'PORT'], value: String(now), reason: 'the port Fly connects to'}];
		const message = `internal_port is ${now}; ${origin} is ${port}.`;
		return [reportInToml(flyToml, place, message, `PORT = "${now}" in [env]`, isOnly ? edits : [])];
	},
};

/** Whether browsers reach the app by it: `[http_service]`, or a service that speaks HTTP or TLS for it. */
const isForBrowsers = ({path, entry: {ports}}: Placed<FlyService>): boolean =>
	path[0] === 'http_service' ||
	(Array.isArray(ports) ? ports : ports ? [ports] : []).some(({handlers = []}) =>
		handlers.some(handler => handler === 'http' || handler === 'tls'),
	);

function findPort({flyToml, elixirFiles}: DoctorFacts) {
	const set = flyToml?.config.env?.PORT;
	if (set !== undefined) {
		return /^\d+$/.test(String(set))
			? {port: Number(set), origin: 'PORT in [env]', isInEnv: true}
			: undefined;
	}

	const read = findVariable(elixirFiles, 'PORT').find(({fallback}) => /^\d+$/.test(fallback ?? ''));
	if (read)
		return {port: Number(read.fallback), origin: `the default of PORT in ${read.path}`, isInEnv: false};
	if (findVariable(elixirFiles, 'PORT').length > 0) return undefined;
	for (const {path, settings} of elixirFiles.filter(({path}) => /config\/(runtime|prod)\.exs$/.test(path))) {
		const http = settings.find(({module, key}) => module.endsWith('Endpoint') && key === 'http')?.value;
		const port = /\bport:\s*(\d+)/.exec(http ?? '')?.[1];
		if (port !== undefined) return {port: Number(port), origin: `the port in ${path}`, isInEnv: false};
	}

	return undefined;
}
