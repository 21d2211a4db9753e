import {asList} from '../config/config.ts';
import type {Json} from './app-config.ts';

const split = (words: string) => new Set(words.split(' '));

const known: Readonly<Record<string, ReadonlySet<string>>> = {
	'': split(
		'app primary_region kill_signal kill_timeout swap_size_mb console_command experimental build deploy env processes mounts mount http_service services checks files host_dedication_id machine_config container machine_checks restart vm compute computes statics metrics metric',
	),
	build: split(
		'builder args buildpacks image settings builtin dockerfile ignorefile build-target build_target compose compression compression_level',
	),
	deploy: split(
		'strategy max_unavailable wait_timeout release_command release_command_timeout release_command_vm seed_command',
	),
	mounts: split(
		'source destination initial_size snapshot_retention scheduled_snapshots auto_extend_size_threshold auto_extend_size_increment auto_extend_size_limit processes',
	),
	http_service: split(
		'internal_port force_https auto_stop_machines auto_start_machines min_machines_running processes concurrency tls_options http_options checks machine_checks',
	),
	vm: split(
		'size memory cpus cpu_kind memory_mb host_dedication_id kernel_args persist_rootfs processes gpus gpu_kind',
	),
	restart: split('policy retries processes'),
};

/**
Keys flyctl does not know, by section; only `--strict` tells of them.

@see {@link https://fly.io/docs/reference/configuration/ | Fly's reference of fly.toml}
*/
export function findUnknownKeys(
	tree: Json,
): readonly (readonly [section: string, keys: readonly string[]])[] {
	return Object.entries(known).flatMap(([section, keys]) => {
		const tables = section === '' ? [tree] : asList(tree[section]);
		const unknown = tables.flatMap(table => Object.keys(table)).filter(key => !keys.has(key));
		return unknown.length === 0 ? [] : [[section, unknown] as const];
	});
}
