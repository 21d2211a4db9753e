import * as v from 'valibot';
import {Failure} from '../errors/failure.ts';
import type {Readers} from '../readers.ts';
import {type FlyConfig, parseFlyToml} from './config.ts';

/**
Returns what a deploy of the current fly.toml would change, by key; empty without a fly.toml.

@param path - Of fly.toml, or of the file that is used in its place.

@throws {Failure} If one of the two cannot be read: that does not mean that they are the same.
*/
export async function compareConfig(
	app: string,
	path: string,
	{fly, files}: Pick<Readers, 'fly' | 'files'>,
): Promise<readonly string[]> {
	const text = await files.read(path);
	if (text === undefined) return [];
	const parsed = parseFlyToml(text);
	if (!parsed.ok) {
		throw new Failure('fly-toml-invalid', `${path}, line ${parsed.line}: ${parsed.problem}`, {
			hint: 'Fix that line, then run the same command again.',
		});
	}

	const released = await fly.showConfig(app);
	return released === undefined
		? ['no configuration is released']
		: findConfigDifferences(parsed.config, released);
}

const looseService = v.looseObject({
	internal_port: v.optional(v.number()),
	auto_stop_machines: v.optional(v.union([v.boolean(), v.string()])),
	min_machines_running: v.optional(v.number()),
	force_https: v.optional(v.boolean()),
	ports: v.optional(v.array(v.looseObject({force_https: v.optional(v.boolean())}))),
});

const releasedSchema = v.looseObject({
	primary_region: v.optional(v.string()),
	env: v.optional(v.record(v.string(), v.unknown())),
	mounts: v.optional(
		v.union([
			v.array(v.looseObject({source: v.optional(v.string()), destination: v.optional(v.string())})),
			v.looseObject({source: v.optional(v.string()), destination: v.optional(v.string())}),
		]),
	),
	services: v.optional(v.array(looseService)),
	http_service: v.optional(looseService),
});

/**
Returns what a deploy of the local fly.toml would change, by key; empty when the released configuration is the same.
Both are normalized first: `false` and `"off"`, `[mounts]` and `[[mounts]]`, `http_service` and `services`,
numbers and strings in `[env]`.

@param released - What `fly config show` printed.
*/
function findConfigDifferences(local: FlyConfig, released: unknown): readonly string[] {
	const parsed = v.safeParse(releasedSchema, released);
	if (!parsed.success) return ['the released configuration is unreadable'];
	const there = normalizeReleased(parsed.output);
	const here = normalizeLocal(local);
	const names = new Set([
		...Object.keys(here),
		...Object.keys(there).filter(name => name.startsWith('env.')),
	]);
	return [...names].filter(name => {
		const wanted = here[name];
		const now = there[name];
		if (name.startsWith('env.')) return wanted !== now;
		return wanted !== undefined && now !== undefined && wanted !== now;
	});
}

type Normal = Readonly<Record<string, string | undefined>>;

function normalizeReleased(config: v.InferOutput<typeof releasedSchema>): Normal {
	const service = config.http_service ?? config.services?.[0];
	return normalize({
		...config,
		mount: first(config.mounts),
		service,
		forceHttps: service?.force_https ?? service?.ports?.find(port => port.force_https)?.force_https,
	});
}

type Parts = {
	readonly primary_region?: string | undefined;
	readonly env?: Readonly<Record<string, unknown>> | undefined;
	readonly mount: Mount | undefined;
	readonly service: Service | undefined;
	readonly forceHttps: boolean | undefined;
};

type Mount = {readonly source?: string | undefined; readonly destination?: string | undefined};

type Service = {
	readonly internal_port?: number | undefined;
	readonly auto_stop_machines?: boolean | string | undefined;
	readonly min_machines_running?: number | undefined;
};

const normalize = ({primary_region, env, mount, service, forceHttps}: Parts): Normal => ({
	primary_region,
	...normalizeEnvironment(env),
	'mounts.source': mount?.source,
	'mounts.destination': mount?.destination,
	...(service && {
		internal_port: asText(service.internal_port),
		auto_stop_machines: normalizeAutoStop(service.auto_stop_machines),
		min_machines_running: asText(service.min_machines_running),
	}),
	force_https: asText(forceHttps),
});

function normalizeEnvironment(environment: Readonly<Record<string, unknown>> | undefined): Normal {
	return Object.fromEntries(
		Object.entries(environment ?? {})
			.filter(([name]) => !isAddedByDeploy(name))
			.map(([name, value]) => [`env.${name}`, asText(value)]),
	);
}

/** Returns whether a deploy adds the variable to the machine's environment. */
const isAddedByDeploy = (name: string) => name === 'PRIMARY_REGION' || name.startsWith('FLY_');

const asText = (value: unknown) => (value === undefined || value === null ? undefined : String(value));

function normalizeAutoStop(value: unknown): string {
	if (value === undefined || value === false || value === 'off') return 'off';
	return value === true ? 'stop' : String(value);
}

const first = (value: Mount | readonly Mount[] | undefined): Mount | undefined =>
	Array.isArray(value) ? value[0] : (value as Mount | undefined);

const normalizeLocal = (config: FlyConfig): Normal =>
	normalize({
		...config,
		mount: first(config.mounts ?? config.mount),
		service: config.http_service ?? config.services?.[0],
		forceHttps: config.http_service?.force_https,
	});
