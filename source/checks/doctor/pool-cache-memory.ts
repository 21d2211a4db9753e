import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findMachines, readMachineSize} from '../../core/fly-toml/config.ts';
import {findVariable} from '../../core/project/elixir.ts';
import {leastMemoryMb} from './too-little-memory.ts';

/** The default of ecto_sqlite3, in KiB. */
const defaultCacheKb = 64_000;

export const poolCacheMemory: Rule = {
	id: 'pool-cache-memory',
	title: "The pool's caches need more memory than the machine has",
	why: 'cache_size is per connection. SQLite may use POOL_SIZE times cache_size, and the kernel kills the release when memory runs out.',

	check(facts) {
		const {flyToml, hasSqlite, elixirFiles} = facts;
		const memoryMb = flyToml && readMachineSize(flyToml.config)?.vmMemoryMb;
		if (!flyToml || !hasSqlite || memoryMb === undefined || memoryMb < leastMemoryMb) return [];
		const setting = elixirFiles.flatMap(({settings}) => settings).find(({key}) => key === 'cache_size');
		const cacheKb = setting ? readCacheKb(setting.value) : defaultCacheKb;
		const pool = readPool(facts);
		if (cacheKb === undefined && setting) {
			const message = 'cache_size is not a plain number here.';
			return [
				{
					status: 'could-not-tell',
					path: setting.path,
					line: setting.line,
					message,
					fix: 'Check that POOL_SIZE times cache_size fits the machine.',
				},
			];
		}

		const totalMb = Math.round((pool * (cacheKb ?? 0)) / 1024);
		if (totalMb <= memoryMb) return [];
		const message = `${pool} connections with ${Math.round((cacheKb ?? 0) / 1024)} MB of cache each may use ${totalMb} MB; the machine has ${memoryMb} MB.`;
		const fix = 'Set a smaller cache_size in config/config.exs (-64_000 is 64 MB), or use a larger machine.';
		const place: Problem = reportInToml(flyToml, findMachines(flyToml.config)[0]?.path ?? [], message, fix);
		return [setting ? {...place, path: setting.path, line: setting.line} : place];
	},
};

function readPool({flyToml, elixirFiles}: DoctorFacts): number {
	const set = flyToml?.config.env?.POOL_SIZE ?? findVariable(elixirFiles, 'POOL_SIZE')[0]?.fallback;
	return Number(set) || 5;
}

/** A negative value counts KiB, a positive one pages of 4 KiB. */
function readCacheKb(value: string): number | undefined {
	const number = Number(value.replaceAll('_', ''));
	if (value.trim() === '' || !Number.isFinite(number)) return undefined;
	return number < 0 ? -number : number * 4;
}
