import {reportInToml} from '../../core/doctor/findings.ts';
import {listCacheNeeds, sumCacheMb} from '../../core/doctor/memory.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findMachines, readMachineSize} from '../../core/fly-toml/config.ts';
import {leastMemoryMb} from './too-little-memory.ts';

export const poolCacheMemory: Rule = {
	id: 'pool-cache-memory',
	title: "The pool's caches need more memory than the machine has",
	why: 'cache_size is per connection. SQLite may use POOL_SIZE times cache_size, and the kernel kills the release when memory runs out.',

	check(facts) {
		const {flyToml} = facts;
		const memoryMb = flyToml && readMachineSize(flyToml.config)?.vmMemoryMb;
		if (!flyToml || memoryMb === undefined || memoryMb < leastMemoryMb) return [];
		const needs = listCacheNeeds(facts);
		const unclear = needs.find(({cacheMb}) => cacheMb === undefined)?.setting;
		if (unclear) {
			const {path, line} = unclear;
			const message = 'cache_size is not a plain number here.';
			const fix = 'Check that POOL_SIZE times cache_size fits the machine.';
			return [{status: 'could-not-tell', path, line, message, fix}];
		}

		const totalMb = sumCacheMb(facts);
		const [need] = needs;
		if (!need || totalMb <= memoryMb) return [];
		const {pool, cacheMb = 0, setting} = need;
		const message =
			needs.length === 1
				? `${pool} connections with ${Math.round(cacheMb)} MB of cache each may use ${totalMb} MB; the machine has ${memoryMb} MB.`
				: `The connections of ${needs.length} databases may use ${totalMb} MB of cache; the machine has ${memoryMb} MB.`;
		const fix = 'Set a smaller cache_size in config/config.exs (-64_000 is 64 MB), or use a larger machine.';
		const place: Problem = reportInToml(flyToml, findMachines(flyToml.config)[0]?.path ?? [], message, fix);
		return [setting ? {...place, path: setting.path, line: setting.line} : place];
	},
};
