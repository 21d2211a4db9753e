import * as v from 'valibot';
import {findMachinePreset} from '../fly/catalog.ts';
import {
	findLine,
	openToml,
	splitByteOrderMark,
	type TomlDocument,
	TomlError,
	type TomlPath,
	writeTomlPath,
} from './document.ts';

const text = v.string('must be a string in quotes');

/** It becomes a word of a command, which would read one that starts with a dash as a flag. */
const word = v.pipe(text, v.regex(/^(?!-)/, 'cannot start with a dash'));

const flag = v.boolean('must be true or false, without quotes');

const wholeNumber = v.pipe(
	v.number('must be a whole number, without quotes'),
	v.integer('must be a whole number'),
);

const duration = v.union([v.string(), v.number()], 'must be a duration such as "15s"');

const size = v.union([v.string(), v.number()], 'must be a size such as "1gb"');

const plain = v.union([v.string(), v.number(), v.boolean()], 'must be a string, a number, true, or false');

const texts = v.array(text, 'must be a list of strings');

const autoStop = v.union(
	[v.boolean(), v.picklist(['off', 'stop', 'suspend'])],
	'must be "off", "stop", "suspend", true, or false',
);

const table = <Entries extends v.ObjectEntries>(entries: Entries) =>
	v.looseObject(entries, 'must be a table');

const list = <Item extends v.GenericSchema>(item: Item) => v.array(item, 'must be a list of tables');

/** To flyctl, `[name]` and `[[name]]` mean the same where one entry is usual. */
const oneOrMore = <Item extends v.GenericSchema>(item: Item) =>
	v.lazy(
		(input): v.GenericSchema<unknown, v.InferOutput<Item> | v.InferOutput<Item>[]> =>
			Array.isArray(input) ? v.array(item) : item,
	);

const check = table({
	type: v.optional(text),
	interval: v.optional(duration),
	timeout: v.optional(duration),
	grace_period: v.optional(duration),
	method: v.optional(text),
	path: v.optional(text),
	protocol: v.optional(text),
	headers: v.optional(v.unknown()),
});

const mount = table({
	source: v.optional(word),
	destination: v.optional(word),
	initial_size: v.optional(size),
	snapshot_retention: v.optional(wholeNumber),
	auto_extend_size_limit: v.optional(size),
	processes: v.optional(texts),
});

const vm = table({
	size: v.optional(word),
	memory: v.optional(size),
	memory_mb: v.optional(wholeNumber),
	cpus: v.optional(wholeNumber),
	cpu_kind: v.optional(word),
	processes: v.optional(texts),
});

const scaling = {
	internal_port: v.optional(wholeNumber),
	auto_stop_machines: v.optional(autoStop),
	auto_start_machines: v.optional(flag),
	min_machines_running: v.optional(wholeNumber),
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

/** The keys of fly.toml that matter here, with the types flyctl accepts; all others pass unchanged. */
export const flyConfig = table({
	app: v.optional(word),
	primary_region: v.optional(word),
	kill_signal: v.optional(text),
	kill_timeout: v.optional(duration),
	swap_size_mb: v.optional(wholeNumber),
	env: v.optional(
		v.objectWithRest(
			{
				DATABASE_PATH: v.optional(
					v.union([word, v.number(), v.boolean()], 'must be a string, a number, true, or false'),
				),
			},
			plain,
			'must be a table',
		),
	),
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
	restart: v.optional(oneOrMore(table({policy: v.optional(text)}))),
});

export type FlyConfig = v.InferOutput<typeof flyConfig>;

export type FlyCheck = v.InferOutput<typeof check>;

type FlyMount = v.InferOutput<typeof mount>;

type FlyVm = v.InferOutput<typeof vm>;

export type FlyService = v.InferOutput<typeof service>;

type FlyTomlReading =
	| {readonly ok: true; readonly config: FlyConfig}
	| {readonly ok: false; readonly line: number; readonly column: number; readonly problem: string};

/**
Reads fly.toml as flyctl would: TOML 1.0, wrong types rejected, unknown keys accepted.

@param text - May begin with a byte order mark and end its lines with CRLF.
@returns On failure `line` and `column` are counted from 1; `column` is in UTF-16 code units.
*/
export function parseFlyToml(text: string): FlyTomlReading {
	const opened = tryOpen(splitByteOrderMark(text).body);
	if (!('text' in opened)) return opened;
	const checked = v.safeParse(flyConfig, opened.value);
	if (checked.success) return {ok: true, config: checked.output};
	const [issue] = checked.issues;
	const path = toPath(issue);
	return {
		ok: false,
		line: findLine(opened, path),
		column: 1,
		problem: `${writeTomlPath(path)} ${issue.message}.`,
	};
}

function tryOpen(body: string): TomlDocument | Extract<FlyTomlReading, {ok: false}> {
	try {
		return openToml(body);
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		return {ok: false, ...findFault(body, error)};
	}
}

/** The parser notices a missing value only at the next line; this reports it where it is missing. */
function findFault(body: string, {offset, line, column, message}: TomlError) {
	const before = body.slice(0, offset);
	const end = before.trimEnd().length;
	const isOnLaterLine = before.slice(end).includes('\n') || offset >= body.length;
	if (before[end - 1] !== '=' || !isOnLaterLine) {
		return {line, column, problem: `${message}.`};
	}
	const lines = before.slice(0, end).split('\n');
	return {
		line: lines.length,
		column: (lines.at(-1) ?? '').length + 1,
		problem: 'A value is missing after "=".',
	};
}

function toPath(issue: v.BaseIssue<unknown>): TomlPath {
	return (issue.path ?? []).flatMap(({key}) =>
		typeof key === 'string' || typeof key === 'number' ? [key] : [],
	);
}

/** Returns the line, counted from 1, of a key of a fly.toml that parses, or of the table around it. */
export const findFlyTomlLine = (text: string, path: TomlPath): number =>
	findLine(openToml(splitByteOrderMark(text).body), path);

/** An entry of fly.toml with its path, so that it can be edited there. */
export type Placed<Entry> = {readonly path: TomlPath; readonly entry: Entry};

/** Returns all mounts, written as `[[mounts]]`, `[mounts]` or `[mount]`. */
export const findMounts = ({mounts, mount}: FlyConfig): readonly Placed<FlyMount>[] => [
	...place<FlyMount>('mounts', mounts),
	...place<FlyMount>('mount', mount),
];

/** Returns all machine sizes, written as `[[vm]]`, `[vm]`, `[compute]` or `[[computes]]`. */
export const findMachines = ({vm, compute, computes}: FlyConfig): readonly Placed<FlyVm>[] => [
	...place<FlyVm>('vm', vm),
	...place<FlyVm>('compute', compute),
	...place<FlyVm>('computes', computes),
];

/** Returns what listens for requests: `[http_service]` and each `[[services]]`. */
export const findServices = ({http_service, services}: FlyConfig): readonly Placed<FlyService>[] => [
	...(http_service ? [{path: ['http_service'], entry: http_service as FlyService}] : []),
	...place<FlyService>('services', services),
];

/** Returns the folder of the volume: from the mount, else from DATABASE_PATH, else `fallback`. */
export function findMountDestination(config: FlyConfig, fallback = '/data'): string {
	const mounted = findMounts(config)[0]?.entry.destination;
	const folder = /^(\/.*[^/])\/[^/]+$/.exec(findDatabasePath(config) ?? '')?.[1];
	return mounted ?? folder ?? fallback;
}

/** Returns up to how many GB Fly extends the volume by itself; 0 if it does not. */
export function findGrowthLimitGb(config: FlyConfig | undefined): number {
	const limit = config && findMounts(config)[0]?.entry.auto_extend_size_limit;
	const [, digits] = /^\s*(\d+)\s*(?:gi?b?)?\s*$/i.exec(String(limit ?? '')) ?? [];
	return Number(digits ?? 0);
}

export function findDatabasePath({env}: FlyConfig): string | undefined {
	const path = env?.DATABASE_PATH;
	return typeof path === 'string' ? path : undefined;
}

/** Adds the paths: `[name]` is at `name`, the first `[[name]]` at `name`, 0. */
export function place<Entry>(
	key: string,
	value: Entry | readonly Entry[] | undefined,
	home: TomlPath = [],
): readonly Placed<Entry>[] {
	if (value === undefined) return [];
	if (isList(value)) return value.map((entry, index) => ({path: [...home, key, index], entry}));
	return [{path: [...home, key], entry: value}];
}

const isList = <Entry>(value: Entry | readonly Entry[]): value is readonly Entry[] => Array.isArray(value);

export type MachineSize = {readonly vmSize: string; readonly vmMemoryMb: number};

/** Returns the machine that fly.toml names, with its size's default memory when none is set; undefined without `[[vm]]`. */
export function readMachineSize(config: FlyConfig): MachineSize | undefined {
	const vm = findMachines(config)[0]?.entry;
	if (!vm) return undefined;
	const vmSize =
		vm.size ?? `${vm.cpu_kind ?? 'shared'}-cpu-${vm.cpus ?? 1}x`.replace('performance-cpu', 'performance');
	return {vmSize, vmMemoryMb: readMemoryMb(vm) ?? presetMemoryMb(vmSize)};
}

/** Returns the memory that is set, in MB; flyctl accepts `1gb`, `512mb`, `512`, and `memory_mb`. */
export function readMemoryMb({memory, memory_mb}: FlyVm): number | undefined {
	const [, digits, unit = 'mb'] =
		/^\s*(\d+)\s*([gm])?i?b?\s*$/i.exec(String(memory ?? memory_mb ?? '')) ?? [];
	if (digits === undefined) return undefined;
	return Number(digits) * (unit.toLowerCase() === 'g' ? 1024 : 1);
}

/** Returns what Fly assigns when only the size is set. */
export const presetMemoryMb = (vmSize: string): number => findMachinePreset(vmSize)?.memoryMb.min ?? 256;

/** Something you must change in fly.toml before one machine can run from it. */
type FlyTomlProblem = {readonly path: TomlPath; readonly problem: string};

/**
Returns what prevents one machine and phxfly cannot fix with an edit.

@param file - Its path, for the texts.
*/
export function findFlyTomlProblems(config: FlyConfig, file = 'fly.toml'): readonly FlyTomlProblem[] {
	return [...findMountProblems(config, file), ...findProcessProblems(config, file)];
}

function findMountProblems(config: FlyConfig, file: string): readonly FlyTomlProblem[] {
	const mounts = findMounts(config);
	const second = mounts[1];
	if (second) {
		const names = mounts.map(({entry}) => entry.source ?? 'one without source').join(', ');
		const problem = `${file} has ${mounts.length} mounts (${names}); a machine has one volume. Keep the one with the database.`;
		return [{path: second.path, problem}];
	}
	return mounts.flatMap(({path, entry}) => [
		...(['source', 'destination'] as const)
			.filter(key => !entry[key])
			.map(key => ({path, problem: `The mount in ${file} has no ${key}. Add ${key} = "…" to it.`})),
		...(entry.source && !volumeName.test(entry.source)
			? [{path: [...path, 'source'], problem: wordVolumeName(entry.source)}]
			: []),
	]);
}

const volumeName = /^\w{1,29}$/;

const wordVolumeName = (name: string) =>
	`${JSON.stringify(name)} cannot be the name of a volume: Fly takes letters, digits, and underscores, fewer than 30.`;

function findProcessProblems(config: FlyConfig, file: string): readonly FlyTomlProblem[] {
	const groups = Object.keys(config.processes ?? {});
	if (groups.length === 0) return [];
	const services = findServices(config).filter(({entry}) => !entry.processes?.length);
	const example = JSON.stringify(groups.slice(0, 1));
	const unnamed = services.map(({path}) => ({
		path,
		problem: `${file} has [processes], so [${writeTomlPath(path)}] must name the one it serves: add processes = ${example}. Otherwise Fly rejects the file ("configuration is not valid").`,
	}));
	if (groups.length === 1) return unnamed;
	const problem = `${file} has ${groups.length} process groups (${groups.join(', ')}); each gets its own machine, and this app must run on exactly one. Keep one group.`;
	return [...unnamed, {path: ['processes'], problem}];
}
