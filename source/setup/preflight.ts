import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {detectProfile} from '../core/project/profile.ts';
import type {AnswerState} from '../core/questions/question.ts';

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

type PreflightItem = {
	readonly label: string;
	readonly state: 'busy' | 'good' | 'bad';
	readonly detail: string;
};

/**
Reads everything needed before the first question, in parallel.

@param onItems - Called whenever a part starts or ends.
@throws {Failure} Exit 4 without a login, 9 when the journal belongs to another account, and 2 when no profile matches.
*/
export async function preflight(
	{registry, options}: Pick<Cli, 'registry' | 'options'>,
	{facts, readers, journal, secretStore, timeZone}: Project,
	onItems: (items: readonly PreflightItem[]) => void = () => undefined,
): Promise<AnswerState> {
	const {profile: profileId} = options;
	const profile = profileId
		? registry.profiles.find(({id}) => id === profileId)
		: detectProfile(registry.profiles, facts);
	if (!profile) throw noProfile(profileId, registry);

	const items: PreflightItem[] = [
		{
			label: 'project',
			state: 'good',
			detail: `${facts.appName}, ${profile.detect(facts) ?? profile.label}`,
		},
	];
	const look = async <T>(
		label: string,
		ask: () => Promise<T>,
		describe: (value: T) => string,
	): Promise<T> => {
		const at = items.push({label, state: 'busy', detail: ''}) - 1;
		const put = (state: 'good' | 'bad', detail: string) => {
			items[at] = {label, state, detail};
			onItems([...items]);
		};
		onItems([...items]);
		try {
			const value = await ask();
			put('good', describe(value));
			return value;
		} catch (error) {
			put('bad', error instanceof Failure ? error.message : 'failed');
			throw error;
		}
	};
	const {fly} = readers;
	const [account, orgs, regions] = await Promise.all([
		look(
			'account',
			() => fly.whoAmI(),
			({email}) => email,
		),
		look(
			'organizations',
			() => fly.listOrgs(),
			({size}) => `${size}`,
		),
		look(
			'regions',
			() => fly.listRegions(),
			({length}) => `${length}`,
		),
	]);
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
		notes: profile.notes,
	};
}

function noProfile(given: string | undefined, {profiles}: Cli['registry']): Failure {
	const known = profiles.map(({id}) => id).join(', ');
	if (given)
		return new Failure('profile-unknown', `There is no profile ${given}.`, {
			hint: `Pass --profile with one of: ${known}.`,
		});
	const withoutDisk = profiles.find(({mount}) => !mount)?.id ?? 'NAME';
	const command = `phxfly --profile ${withoutDisk} --secret DATABASE_URL`;
	return new Failure(
		'database-not-covered',
		'This app uses Postgres (postgrex in mix.exs). phxfly does not set up Postgres, DATABASE_URL, migrations, or backups.',
		{
			hint: `If you manage the database yourself, run: ${command}. Nothing was changed.`,
		},
	);
}
