import {Failure} from '../errors/failure.ts';
import type {FlySecret} from '../fly/output.ts';
import type {JournalView} from '../journal.ts';
import {canImport, type DesiredSecret, rejectUnsendable, type SecretStore} from '../secrets/secret.ts';
import type {FlyAction} from './step.ts';

/**
Adds what depends on the value. A secret of an earlier run, without a value now, stays in the plan: the app keeps it.

@throws {Failure} Exit 2 for a value that flyctl would change.
*/
export function settleSecret(desired: DesiredSecret, store: Pick<SecretStore, 'find'>): DesiredSecret {
	const secret = store.find(desired);
	if (!secret) return desired.from === undefined ? desired : {name: desired.name};
	const problem = rejectUnsendable(secret);
	if (problem) {
		throw new Failure('secret-unsendable', problem, {
			exit: 'usage',
			hint: 'Choose a value that flyctl can send unchanged.',
		});
	}

	return canImport(secret) ? desired : {...desired, needsOwnCall: true};
}

/**
Returns the calls that set these secrets, staged and on standard input: one `secrets import` for all that it sends
unchanged, and one `secrets set NAME=-` for each of the others.
*/
export function setSecretActions(
	app: string,
	desired: readonly DesiredSecret[],
	names: readonly string[],
): readonly FlyAction[] {
	const chosen = desired.filter(({name}) => names.includes(name));
	const importable = chosen.filter(({needsOwnCall}) => !needsOwnCall);
	const single = chosen.filter(({needsOwnCall}) => needsOwnCall);
	const base = {kind: 'fly', isSecret: true, timeoutMs} as const;
	return [
		...(importable.length > 0
			? [
					{
						...base,
						args: ['secrets', 'import', '--stage', '-a', app],
						input: {kind: 'import', secrets: importable} as const,
						why: `${importable.map(({name}) => name).join(', ')}, on standard input`,
					},
				]
			: []),
		...single.map(secret => ({
			...base,
			args: ['secrets', 'set', `${secret.name}=-`, '--stage', '-a', app],
			input: {kind: 'value', secret} as const,
			why: 'on standard input: `import` would change this value',
		})),
	];
}

const timeoutMs = 120_000;

/**
Finds the secrets to set. A listed one is up to date if it has the digest in our journal and the value it was set to.
Generated ones such as SECRET_KEY_BASE are never changed once they are listed.
*/
export function findUnsetSecrets(
	desired: readonly DesiredSecret[],
	listed: readonly FlySecret[],
	journalView: JournalView,
	secrets: Pick<SecretStore, 'find'>,
): readonly string[] {
	return desired
		.filter(each => {
			const {name, isGenerated} = each;
			const entry = listed.find(candidate => candidate.name === name);
			if (!entry) return true;
			const secret = secrets.find(each);
			if (isGenerated || !secret) return false;
			return !(journalView.digestOf(name) === entry.digest && journalView.compare(secret) === 'same');
		})
		.map(({name}) => name);
}
