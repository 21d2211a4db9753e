import type {Answers} from '../answer.ts';
import {findMounts} from '../fly-toml/config.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {ProjectFacts} from './project.ts';

export type Profile = {
	readonly id: string;
	readonly label: string;
	/** Returns why the folder matches this profile, or `undefined`; phxfly uses the first profile that matches. */
	detect(facts: ProjectFacts): string | undefined;
	/** Volume name and mount point when fly.toml names none; `undefined` for a profile without a volume. */
	readonly mount: {readonly source: string; readonly destination: string} | undefined;
	readonly hasStorage: boolean;
	readonly asksMail: boolean;
	/** Each secret that the app's own code reads must be set, or skipped by name; without it, only what stops the boot. */
	readonly asksFoundSecrets: boolean;
	/** Shown once at setup: what this kind of app means on Fly. */
	readonly notes: readonly string[];
	readonly vm: {readonly size: string; readonly memoryMb: number; readonly swapMb: number};
	/** Folder below `templates/`. */
	readonly templates: string;
	/** Dependencies in mix.exs of an app of this kind, and of one that is not; for the tests. */
	readonly samples: {readonly good: readonly string[]; readonly bad: readonly string[]};
	/** Returns the app's own secrets, without those of the storage. */
	secrets(answers: Answers, host: string): readonly DesiredSecret[];
};

export const detectProfile = (profiles: readonly Profile[], facts: ProjectFacts): Profile | undefined =>
	profiles.find(({detect}) => detect(facts) !== undefined);

/** Returns what shows that the app stores data on disk; empty if nothing does. */
export function findDiskUse({
	dependencies,
	hasSqlite,
	elixir,
	litestreamPath,
	dockerfile,
	flyToml,
}: ProjectFacts): readonly string[] {
	const image = dockerfile?.hasLitestream ? [`Litestream in ${dockerfile.path}`] : [];
	const named = ['ecto_sqlite3', 'exqlite'].filter(name => hasSqlite && dependencies.has(name));
	const repo = elixir.repos.find(({family}) => hasSqlite && family === 'sqlite');
	// What Litestream is prepared for matters only if the app may open a database.
	const mayHaveDatabase = hasSqlite || elixir.repos.length === 0;
	const reasons = [
		...named.map(name => `${name} in mix.exs`),
		...(named.length === 0 && repo ? [`SQLite in ${repo.path}`] : []),
		...(mayHaveDatabase ? (litestreamPath ? [litestreamPath] : image) : []),
	];
	if (reasons.length > 0) return reasons;
	return flyToml && findMounts(flyToml.config).length > 0 ? ['a mount in fly.toml'] : [];
}

/** Says that the app has a repo and starts none, so that nothing is set up for a database. */
export function explainIdleRepo({elixir: {repos}}: ProjectFacts, {mount}: Profile): string | undefined {
	const [repo] = repos;
	if (!repo || mount || repos.some(({isStarted}) => isStarted !== 'no')) return undefined;
	return `database: nothing starts ${repo.module} (${repo.path}, line ${repo.line}), so phxfly sets up no volume and no replica. Run phxfly again once the app starts it.`;
}
