import type {ElixirSetting} from '../elixir/facts.ts';
import type {DoctorFacts} from './facts.ts';
import {readVariable} from './findings.ts';

/** The default of ecto_sqlite3, in KiB. */
const defaultCacheKb = 64_000;
/** The default of ecto_sqlite3. */
const defaultPool = 5;

/** What the connections of the app's SQLite databases may take for their caches. */
export type CacheNeed = {
	readonly pool: number;
	/** Per connection; undefined where only running the code would tell. */
	readonly cacheMb: number | undefined;
	/** Where cache_size is set. */
	readonly setting: ElixirSetting | undefined;
};

/** Reads the need of each SQLite repo that the app starts; nothing of a pool whose size cannot be told. */
export function listCacheNeeds(facts: DoctorFacts): readonly CacheNeed[] {
	const {repos = [], settings = []} = facts.elixir ?? {};
	return repos
		.filter(({family, isStarted}) => family === 'sqlite' && isStarted !== 'no')
		.flatMap(({module, poolSize}) => {
			const set = poolSize?.variable === undefined ? undefined : readVariable(poolSize.variable, facts);
			const pool = poolSize ? Number(set ?? poolSize.value) : defaultPool;
			if (!Number.isInteger(pool)) return [];
			const setting = settings.findLast(each => each.module === module && each.key === 'cache_size');
			const cacheKb = setting ? readCacheKb(setting) : defaultCacheKb;
			return [{pool, cacheMb: cacheKb === undefined ? undefined : cacheKb / 1024, setting}];
		});
}

/** A negative value counts KiB, a positive one pages of 4 KiB. */
function readCacheKb({value, literal}: ElixirSetting): number | undefined {
	const number = Number((literal ?? value).replaceAll('_', ''));
	if (value.trim() === '' || !Number.isFinite(number)) return undefined;
	return number < 0 ? -number : number * 4;
}

/** Returns the megabytes that all caches together may take, as far as that can be told. */
export const sumCacheMb = (facts: DoctorFacts): number =>
	Math.round(listCacheNeeds(facts).reduce((sum, {pool, cacheMb = 0}) => sum + pool * cacheMb, 0));

/** Returns a machine's memory that the caches fit in, in megabytes. */
export const chooseMemoryMb = (facts: DoctorFacts, leastMb: number): number =>
	[512, 1024, 2048, 4096].find(each => each >= leastMb && each >= sumCacheMb(facts)) ?? 8192;
