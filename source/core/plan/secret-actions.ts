import {Failure} from '../errors/failure.ts';
import type {FlySecret} from '../fly/output.ts';
import type {JournalView} from '../journal.ts';
import {canImport, type DesiredSecret, rejectUnsendable, type SecretStore} from '../secrets/secret.ts';
import type {FlyAction} from './step.ts';

/**
Adds what only the value tells. One that was answered earlier, and is not at hand now, is wanted still: the app keeps it.

@throws {Failure} Exit 2 for a value that flyctl cannot take exactly.
*/
export function settleSecret(wanted: DesiredSecret, store: Pick<SecretStore, 'find'>): DesiredSecret {
	const secret = store.find(wanted);
	if (!secret) return wanted.from === undefined ? wanted : {name: wanted.name};
	const problem = rejectUnsendable(secret);
	if (problem) {
		throw new Failure('secret-unsendable', problem, {
			exit: 'usage',
			hint: 'Give a value that can be sent exactly.',
		});
	}

	return canImport(secret) ? wanted : {...wanted, needsOwnCall: true};
}

/**
The calls that set these secrets, staged and on standard input: one `secrets import` for all that its grammar carries
exactly, one `secrets set NAME=-` for each other.
*/
export function setSecretActions(
	app: string,
	wanted: readonly DesiredSecret[],
	names: readonly string[],
): readonly FlyAction[] {
	const chosen = wanted.filter(({name}) => names.includes(name));
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
Which of the wanted secrets must be set. A listed one is up to date when its digest is the one our journal recorded and
the value is the one it was set to; SECRET_KEY_BASE, and whatever else is generated, is never touched once it is listed.
*/
export function findUnsetSecrets(
	wanted: readonly DesiredSecret[],
	listed: readonly FlySecret[],
	journalView: JournalView,
	secrets: Pick<SecretStore, 'find'>,
): readonly string[] {
	return wanted
		.filter(desired => {
			const {name, isGenerated} = desired;
			const entry = listed.find(candidate => candidate.name === name);
			if (!entry) return true;
			const secret = secrets.find(desired);
			if (isGenerated || !secret) return false;
			return !(journalView.digestOf(name) === entry.digest && journalView.compare(secret) === 'same');
		})
		.map(({name}) => name);
}
