import type {FlySecret} from '../fly/output.ts';
import type {JournalView} from '../journal.ts';
import {canImport, type DesiredSecret} from '../secrets/secret.ts';
import type {FlyAction} from './step.ts';

const timeoutMs = 120_000;

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
	const importable = chosen.filter(({secret}) => !secret || canImport(secret)).map(({name}) => name);
	const single = chosen.filter(({name}) => !importable.includes(name)).map(({name}) => name);
	const base = {kind: 'fly', isSecret: true, timeoutMs} as const;
	return [
		...(importable.length > 0
			? [
					{
						...base,
						args: ['secrets', 'import', '--stage', '-a', app],
						input: {kind: 'import', names: importable} as const,
						why: `${importable.join(', ')}, on standard input`,
					},
				]
			: []),
		...single.map(name => ({
			...base,
			args: ['secrets', 'set', `${name}=-`, '--stage', '-a', app],
			input: {kind: 'value', secretName: name} as const,
			why: 'on standard input: `import` would change this value',
		})),
	];
}

/**
Which of the wanted secrets must be set. A listed one is up to date when its digest is the one our journal recorded and
the value is the one it was set to; SECRET_KEY_BASE, and whatever else is generated, is never touched once it is listed.
*/
export function findUnsetSecrets(
	wanted: readonly DesiredSecret[],
	listed: readonly FlySecret[],
	journalView: JournalView,
): readonly string[] {
	return wanted
		.filter(({name, secret, isGenerated}) => {
			const entry = listed.find(candidate => candidate.name === name);
			if (!entry) return true;
			if (isGenerated || !secret) return false;
			return !(
				journalView.digestOf(name) === entry.digest && journalView.compare(name, secret.reveal()) === 'same'
			);
		})
		.map(({name}) => name);
}
