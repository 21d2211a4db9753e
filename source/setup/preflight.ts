import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {detectProfile, explainIdleRepo} from '../core/project/profile.ts';
import type {ProjectFacts} from '../core/project/project.ts';
import {explainPostgresBeside} from '../core/protection/bare.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {LookingItem} from '../core/session/session.ts';
import {requireSources} from './build.ts';
import {requireProtection} from './protection.ts';

/** @throws {Failure} `another-account` (exit 9), before anything is changed. */
export function requireSameAccount(earlier: string | undefined, now: string): void {
	if (earlier === undefined || earlier === now) return;
	throw new Failure(
		'another-account',
		`You started this setup as ${earlier}, but flyctl is logged in as ${now}.`,
		{
			hint: `Log in as ${earlier} (fly auth login), then run phxfly again. Nothing was changed.`,
		},
	);
}

/**
Reads everything needed before the first question, in parallel. The first part that fails ends the others.

@param onItems - Called whenever a part starts or ends, until the first one fails.
@param signal - Aborting ends what still runs.
@throws {Failure} Exit 4 without a login, 9 when the journal belongs to another account or the database could not be replicated, 2 when no profile matches, and 1 when the build cannot get what it copies.
*/
export async function preflight(
	{registry, options}: Pick<Cli, 'registry' | 'options'>,
	project: Project,
	{
		onItems = () => undefined,
		signal,
	}: {readonly onItems?: (items: readonly LookingItem[]) => void; readonly signal?: AbortSignal} = {},
): Promise<AnswerState> {
	const {facts, readers, journal, secretStore, timeZone} = project;
	const {profile: profileId} = options;
	const profile = profileId
		? registry.profiles.find(({id}) => id === profileId)
		: detectProfile(registry.profiles, facts);
	if (!profile) throw noProfile(profileId, registry, facts);
	await requireProtection(project, profile, options.flags.get('image'));
	if (!options.flags.has('image')) await requireSources(project, profile);

	const idle = explainIdleRepo(facts, profile);
	const items: LookingItem[] = [
		{
			label: 'project',
			state: 'good',
			detail: `${facts.appName}, ${profile.detect(facts) ?? profile.label}`,
			startedAtMs: undefined,
		},
	];
	const {fly, clock} = readers;
	const first = new AbortController();
	const ending = signal ? AbortSignal.any([first.signal, signal]) : first.signal;
	const look = async <T>(
		label: string,
		ask: (ending: AbortSignal) => Promise<T>,
		describe: (value: T) => string,
	): Promise<T> => {
		const at = items.push({label, state: 'busy', detail: '', startedAtMs: clock.elapsed()}) - 1;
		onItems([...items]);
		const value = await ask(ending);
		items[at] = {label, state: 'good', detail: describe(value), startedAtMs: undefined};
		if (!ending.aborted) onItems([...items]);
		return value;
	};
	const looks = [
		look('account', fly.whoAmI, ({email}) => email),
		look('organizations', fly.listOrgs, ({size}) => `${size}`),
		look('regions', fly.listRegions, ({length}) => `${length}`),
	] as const;
	const [account, orgs, regions] = await Promise.all(looks).finally(() => first.abort());
	requireSameAccount(journal.read().account?.email, account.email);
	return {
		profile,
		provider: undefined,
		providers: registry.providers,
		answers: new Map(),
		secrets: secretStore,
		facts,
		account: {email: account.email, orgs, regions, timeZone},
		findings: {},
		open: [],
		notes: [...profile.notes, ...(idle === undefined ? [] : [idle])],
	};
}

function noProfile(given: string | undefined, {profiles}: Cli['registry'], facts: ProjectFacts): Failure {
	const known = profiles.map(({id}) => id).join(', ');
	if (given)
		return new Failure('profile-unknown', `There is no profile ${given}.`, {
			hint: `Pass --profile with one of: ${known}.`,
		});
	const withoutDisk = profiles.find(({mount}) => !mount)?.id ?? 'NAME';
	const command = `phxfly --profile ${withoutDisk} --secret DATABASE_URL`;
	const hint = explainPostgresBeside(facts.elixir) ?? `If you manage the database yourself, run: ${command}.`;
	return new Failure(
		'database-not-covered',
		`This app uses ${describePostgres(facts)}. phxfly does not set up Postgres, DATABASE_URL, migrations, or backups.`,
		{
			hint: `${hint} Nothing was changed.`,
		},
	);
}

function describePostgres({elixir: {repos}, hasSqlite}: ProjectFacts): string {
	const repo = repos.find(({family, isStarted}) => family === 'postgres' && isStarted !== 'no');
	const where = repo ? `${repo.module} in ${repo.path}, line ${repo.line}` : 'postgrex in mix.exs';
	return `Postgres${hasSqlite ? ' beside SQLite' : ''} (${where})`;
}
