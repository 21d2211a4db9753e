import {reportInToml, takeOutLine} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import type {TomlPath} from '../../core/fly-toml/document.ts';

const split = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** The keys flyctl reads, by section. Sections missing here are not checked. */
const known: ReadonlyMap<string, ReadonlySet<string>> = new Map([
	[
		'',
		split(
			'app primary_region kill_signal kill_timeout swap_size_mb console_command experimental build deploy env processes mounts mount http_service services checks files host_dedication_id machine_config container machine_checks restart vm compute computes statics metrics metric',
		),
	],
	[
		'build',
		split(
			'builder args buildpacks image settings builtin dockerfile ignorefile build-target build_target compose compression compression_level',
		),
	],
	[
		'deploy',
		split(
			'strategy max_unavailable wait_timeout release_command release_command_timeout release_command_vm seed_command',
		),
	],
	[
		'mounts',
		split(
			'source destination initial_size snapshot_retention scheduled_snapshots auto_extend_size_threshold auto_extend_size_increment auto_extend_size_limit processes',
		),
	],
	[
		'http_service',
		split(
			'internal_port force_https auto_stop_machines auto_start_machines min_machines_running processes concurrency tls_options http_options checks machine_checks',
		),
	],
	['http_service.concurrency', split('type hard_limit soft_limit')],
	[
		'http_service.checks',
		split('interval timeout grace_period method path protocol tls_skip_verify tls_server_name headers'),
	],
	[
		'vm',
		split(
			'size memory cpus cpu_kind memory_mb host_dedication_id kernel_args persist_rootfs processes gpus gpu_kind',
		),
	],
	['restart', split('policy retries processes')],
]);

/** Keys known to have no effect, in sections that are not checked as a whole. */
const retired: ReadonlyMap<string, ReadonlySet<string>> = new Map([
	['experimental', split('lazy_load_images auto_rollback allowed_public_ports private_network')],
	['services', split('max_machines max_machines_running')],
]);

type StrayKey = {readonly path: TomlPath; readonly nearest: string | undefined};

/**
Returns the keys of a fly.toml that flyctl ignores.

@see {@link https://fly.io/docs/reference/configuration/}
*/
function listIgnoredKeys(value: Readonly<Record<string, unknown>>): readonly StrayKey[] {
	return [
		...[...known].flatMap(([section, keys]) =>
			listTables(value, section).flatMap(({path, table}) =>
				Object.keys(table)
					.filter(key => !keys.has(key))
					.map(key => ({path: [...path, key], nearest: findNearest(key, keys)})),
			),
		),
		...[...retired].flatMap(([section, keys]) =>
			listTables(value, section).flatMap(({path, table}) =>
				Object.keys(table)
					.filter(key => keys.has(key))
					.map(key => ({path: [...path, key], nearest: undefined})),
			),
		),
	];
}

type PlacedTable = {readonly path: TomlPath; readonly table: Readonly<Record<string, unknown>>};

/** Returns the tables of a section, written once or as a list. */
function listTables(root: Readonly<Record<string, unknown>>, section: string): readonly PlacedTable[] {
	let tables: readonly PlacedTable[] = [{path: [], table: root}];
	for (const key of section.split('.').filter(Boolean)) {
		tables = tables.flatMap(({path, table}) => {
			const value = Object.hasOwn(table, key) ? table[key] : undefined;
			const items: readonly (readonly [TomlPath, unknown])[] = Array.isArray(value)
				? value.map((item, index) => [[...path, key, index], item] as const)
				: [[[...path, key], value]];
			return items.flatMap(([itemPath, item]) => (isTable(item) ? [{path: itemPath, table: item}] : []));
		});
	}

	return tables;
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Returns a key that differs by one letter, or by `-` instead of `_`. */
function findNearest(key: string, keys: ReadonlySet<string>): string | undefined {
	const plain = key.toLowerCase().replaceAll('-', '_');
	return (
		[...keys].find(candidate => candidate === plain) ??
		[...keys].find(candidate => isOneApart(plain, candidate))
	);
}

function isOneApart(left: string, right: string): boolean {
	if (Math.abs(left.length - right.length) > 1) return false;
	let start = 0;
	while (start < left.length && left[start] === right[start]) start += 1;
	const rest = [left.slice(start), right.slice(start)] as const;
	return (
		rest[0].slice(1) === rest[1].slice(1) || rest[0].slice(1) === rest[1] || rest[0] === rest[1].slice(1)
	);
}

export const unknownKey: Rule = {
	id: 'unknown-key',
	title: 'A key that flyctl does not read',
	why: 'flyctl silently ignores unknown keys, so a misspelled or retired setting has no effect. Only `fly config validate --strict` reports it.',
	isFixable: true,

	check({flyToml}) {
		if (!flyToml) return [];
		return listIgnoredKeys(flyToml.value).map(({path, nearest}): Problem => {
			const key = String(path.at(-1));
			const meaning = meanings.get(key);
			const message = meaning?.message ?? `${key} is not a fly.toml key${nearest ? `; ${nearest} is` : ''}.`;
			const fix =
				meaning?.fix ??
				(nearest
					? `Write ${nearest}, or delete the line.`
					: 'Delete it, or look up its name in the fly.toml reference.');
			const edit = meaning && takeOutLine(flyToml, path);
			return {...reportInToml(flyToml, path, message, fix), ...(edit ? {edit} : {})};
		});
	},
};

const oneMachine =
	'Delete the line. To keep one machine, pass --ha=false on every fly deploy, as phxfly does. If there are already two, run fly scale count 1.';

const meanings: ReadonlyMap<string, {readonly message: string; readonly fix: string}> = new Map([
	[
		'max_machines',
		{
			message: 'max_machines is not a fly.toml key, so it does not limit the number of machines.',
			fix: oneMachine,
		},
	],
	[
		'max_machines_running',
		{
			message: 'max_machines_running is not a fly.toml key, so it does not limit the number of machines.',
			fix: oneMachine,
		},
	],
	['lazy_load_images', {message: 'lazy_load_images no longer has any effect.', fix: 'Delete the line.'}],
	['auto_rollback', {message: 'auto_rollback belongs to the old Fly platform.', fix: 'Delete the line.'}],
	[
		'allowed_public_ports',
		{message: 'allowed_public_ports belongs to the old Fly platform.', fix: 'Delete the line.'},
	],
	['private_network', {message: 'private_network belongs to the old Fly platform.', fix: 'Delete the line.'}],
]);
