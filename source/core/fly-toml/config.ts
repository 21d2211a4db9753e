import * as v from 'valibot';

const text = v.string('must be text in quotes');
const flag = v.boolean('must be true or false, without quotes');
const whole = v.pipe(v.number('must be a whole number, without quotes'), v.integer('must be a whole number'));
const lengthOfTime = v.union([v.string(), v.number()], 'must be a length of time such as "15s"');
const size = v.union([v.string(), v.number()], 'must be a size such as "1gb"');
const plain = v.union([v.string(), v.number(), v.boolean()], 'must be text, a number, true or false');
const texts = v.array(text, 'must be a list of texts');
const autoStop = v.union(
	[v.boolean(), v.picklist(['off', 'stop', 'suspend'])],
	'must be "off", "stop", "suspend", true or false',
);
const table = <Entries extends v.ObjectEntries>(entries: Entries) =>
	v.looseObject(entries, 'must be a table');
const list = <Item extends v.GenericSchema>(item: Item) => v.array(item, 'must be a list of tables');

/** `[name]` and `[[name]]` mean the same to flyctl where one entry is the rule. */
const oneOrMore = <Item extends v.GenericSchema>(item: Item) =>
	v.lazy(
		(input): v.GenericSchema<unknown, v.InferOutput<Item> | v.InferOutput<Item>[]> =>
			Array.isArray(input) ? v.array(item) : item,
	);

const check = table({
	type: v.optional(text),
	interval: v.optional(lengthOfTime),
	timeout: v.optional(lengthOfTime),
	grace_period: v.optional(lengthOfTime),
	method: v.optional(text),
	path: v.optional(text),
	protocol: v.optional(text),
	headers: v.optional(v.unknown()),
});

const mount = table({
	source: v.optional(text),
	destination: v.optional(text),
	initial_size: v.optional(size),
	snapshot_retention: v.optional(whole),
	processes: v.optional(texts),
});

const vm = table({
	size: v.optional(text),
	memory: v.optional(size),
	memory_mb: v.optional(whole),
	cpus: v.optional(whole),
	cpu_kind: v.optional(text),
	processes: v.optional(texts),
});

const scaling = {
	internal_port: v.optional(whole),
	auto_stop_machines: v.optional(autoStop),
	auto_start_machines: v.optional(flag),
	min_machines_running: v.optional(whole),
	processes: v.optional(texts),
};

const httpService = table({...scaling, force_https: v.optional(flag), checks: v.optional(oneOrMore(check))});

const service = table({
	...scaling,
	protocol: v.optional(text),
	ports: v.optional(oneOrMore(table({handlers: v.optional(texts)}))),
	http_checks: v.optional(oneOrMore(check)),
	tcp_checks: v.optional(oneOrMore(check)),
});

/** The keys of fly.toml that matter here, by the types flyctl accepts; all others pass as they are. */
export const flyConfig = table({
	app: v.optional(text),
	primary_region: v.optional(text),
	kill_signal: v.optional(text),
	kill_timeout: v.optional(lengthOfTime),
	swap_size_mb: v.optional(whole),
	env: v.optional(v.record(v.string(), plain, 'must be a table')),
	processes: v.optional(v.record(v.string(), text, 'must be a table')),
	build: v.optional(table({dockerfile: v.optional(text), image: v.optional(text)})),
	deploy: v.optional(table({strategy: v.optional(text), release_command: v.optional(text)})),
	mounts: v.optional(oneOrMore(mount)),
	mount: v.optional(oneOrMore(mount)),
	vm: v.optional(oneOrMore(vm)),
	compute: v.optional(oneOrMore(vm)),
	computes: v.optional(oneOrMore(vm)),
	http_service: v.optional(httpService),
	services: v.optional(list(service)),
	checks: v.optional(v.record(v.string(), check, 'must be a table')),
});

export type FlyConfig = v.InferOutput<typeof flyConfig>;
export type FlyCheck = v.InferOutput<typeof check>;
export type FlyMount = v.InferOutput<typeof mount>;
export type FlyVm = v.InferOutput<typeof vm>;
export type FlyService = v.InferOutput<typeof service>;
