import type {Check} from '../../core/verify/check.ts';
import {notStarted, openStartedMachine} from './machine.ts';

const query = 'SELECT max(version) FROM schema_migrations';

/** Compares the migrations Ecto has recorded with the ones in the folder. */
export const migrations: Check = {
	id: 'migrations',
	title: 'Migrations up to date',
	isNeeded: ({mount, facts}) => mount !== undefined && facts.newestMigration !== undefined,

	async check(plan, readers) {
		const {app, databasePath, facts} = plan;
		const newest = facts.newestMigration ?? '';
		if (!databasePath)
			return {status: 'could-not-tell', detail: `DATABASE_PATH is not in ${plan.flyTomlPath}`};
		const shell = await openStartedMachine(plan, readers);
		if (!shell) return notStarted;

		const {exit_code, stdout, stderr} = await shell.run(['sqlite3', '-readonly', databasePath, query]);
		if (exit_code === 127) return {status: 'could-not-tell', detail: 'the image does not include sqlite3'};
		if (/no such table/.test(stderr)) {
			return {
				status: 'wrong',
				detail: 'no migration has run: the database has no schema_migrations table',
				hint: `fly logs -a ${app}`,
			};
		}

		const version = stdout.trim();
		if (exit_code !== 0 || !/^\d*$/.test(version))
			return {status: 'could-not-tell', detail: stderr.trim() || `sqlite3 answered ${version}`};
		if (BigInt(version || 0) < BigInt(newest)) {
			return {
				status: 'wrong',
				detail: `the database is at ${version || 'none'}, but the latest here is ${newest}`,
				hint: `phxfly deploy, if this code is not deployed yet; else fly logs -a ${app}`,
			};
		}

		const isAhead = version !== newest;
		return {status: 'proved', detail: isAhead ? `${version}, newer than ${newest} here` : version};
	},
};
