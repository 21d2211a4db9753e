import {Failure} from '../core/errors/failure.ts';

/** @throws {Failure} `another-account` (exit 9), before anything is changed. */
export function requireSameAccount(earlier: string | undefined, now: string): void {
	if (earlier === undefined || earlier === now) return;
	throw new Failure(
		'another-account',
		'refused',
		`This setup was begun as ${earlier}, and flyctl is logged in as ${now}.`,
		{
			hint: `fly auth login as ${earlier}, then run phxfly again. Nothing was changed.`,
		},
	);
}
