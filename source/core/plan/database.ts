import type {NewVariable} from '../fly-toml/plan-edits.ts';
import type {ProjectFacts} from '../project/project.ts';
import {locateDatabase} from '../protection/database.ts';

type DatabasePlan = {
	/** For [env], where nothing sets them yet. */
	readonly environment: readonly NewVariable[];
	/** Where a new volume is mounted; undefined where DATABASE_PATH in fly.toml decides it. */
	readonly destination: string | undefined;
};

/**
Plans the variables that name the app's database: the one that its code reads, and DATABASE_PATH, which Litestream reads.

@param folder - Of the volume, where fly.toml has one.
*/
export function planDatabase(facts: ProjectFacts, folder: string | undefined): DatabasePlan {
	const {elixir, dockerfile, flyToml, appName} = facts;
	const found = locateDatabase({elixir, dockerfile, flyConfig: flyToml?.config});
	if (found.is === 'path') {
		const value = found.path;
		const destination = value.replace(/\/[^/]*$/, '');
		return {environment: [{name: 'DATABASE_PATH', value, reason: replicated}], destination};
	}

	if (found.is !== 'unset') return {environment: [], destination: undefined};
	const {variable, rest} = found;
	const value = folder?.replace(/\/+$/, '') ?? '/data';
	const path = rest === '' ? `${value}/${appName}_prod.db` : `${value}${rest}`;
	const own = {name: variable, value: rest === '' ? path : value, reason: 'keeps the database on the volume'};
	const other = {name: 'DATABASE_PATH', value: path, reason: replicated};
	return {environment: variable === 'DATABASE_PATH' ? [own] : [own, other], destination: value};
}

const replicated = 'the file that the app writes, for Litestream';
