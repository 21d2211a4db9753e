import type {FlySecret} from './fly/output.ts';
import type {Evidence} from './journal.ts';
import type {WantedSecret} from './secrets/secret.ts';

/**
Which of the wanted secrets must be set. A listed one is up to date when its digest is the one our journal recorded and
the value is the one it was set to; SECRET_KEY_BASE, and whatever else is generated, is never touched once it is listed.
*/
export function findUnsetSecrets(
	wanted: readonly WantedSecret[],
	listed: readonly FlySecret[],
	evidence: Evidence,
): readonly string[] {
	return wanted
		.filter(({name, secret, isGenerated}) => {
			const entry = listed.find(candidate => candidate.name === name);
			if (!entry) return true;
			if (isGenerated || !secret) return false;
			return !(
				evidence.digestOf(name) === entry.digest && evidence.compare(name, secret.reveal()) === 'same'
			);
		})
		.map(({name}) => name);
}
