import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {readVariable, reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {type FlyService, findServices, type Placed} from '../../core/fly-toml/config.ts';
import type {TomlPath} from '../../core/fly-toml/document.ts';

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

		const {port, origin, variable} = listening;
		const reached = services.map(service => service.entry.internal_port);
		// Services have different ports. One of them must reach the app, or the proxy of LiteFS.
		if (now !== undefined && reached.some(each => each === port || liteFs?.ports.includes(each ?? 0)))
			return [];
		const isOnly = services.length === 1 && !liteFs;
		if (now === undefined || variable === undefined) {
			const state = now === undefined ? 'is missing' : `is ${now}`;
			const edits = [{path: place, value: port, reason: 'the port the app listens on'}];
			const fix = `internal_port = ${port}`;
			const message = `internal_port ${state}; ${origin} is ${port}.`;
			return [reportInToml(flyToml, place, message, fix, isOnly ? edits : [])];
		}

		const edits = [{path: ['env', variable], value: String(now), reason: 'the port Fly connects to'}];
		const message = `internal_port is ${now}; ${origin} is ${port}.`;
		return [reportInToml(flyToml, place, message, `${variable} = "${now}" in [env]`, isOnly ? edits : [])];
	},
};

/** Whether browsers reach the app by it: `[http_service]`, or a service that speaks HTTP or TLS for it. */
const isForBrowsers = ({path, entry: {ports}}: Placed<FlyService>): boolean =>
	path[0] === 'http_service' ||
	(Array.isArray(ports) ? ports : ports ? [ports] : []).some(({handlers = []}) =>
		handlers.some(handler => handler === 'http' || handler === 'tls'),
	);

/** The port that the endpoint listens on; `undefined` where only running the code would tell. */
function findPort(facts: DoctorFacts) {
	const {flyToml, elixir, secrets, scripts} = facts;
	const {port, modules = []} = elixir?.endpoint ?? {};
	const name = port?.variable ?? 'PORT';
	const isFixed = port !== undefined && port.variable === undefined && port.value !== undefined;
	if (!isFixed) {
		const isSetElsewhere = scripts.some(({text}) => new RegExp(`\\b${name}=`).test(text));
		if (secrets?.has(name) || isSetElsewhere) return undefined;
		const set = readVariable(name, facts);
		if (set !== undefined) {
			const isInEnv = flyToml?.config.env?.[name] !== undefined;
			const origin = isInEnv ? `${name} in [env]` : `${name} in the image`;
			return /^\d+$/.test(set)
				? {port: Number(set), origin, variable: isInEnv ? undefined : name}
				: undefined;
		}
	}

	// Of two endpoints, one may serve something else.
	if (port?.value === undefined || modules.length > 1) return undefined;
	const origin = isFixed ? `the port in ${port.path}` : `the default of ${name} in ${port.path}`;
	return {port: port.value, origin, variable: isFixed ? undefined : name};
}
