import type {Cli} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {quoteForShell} from '../core/text/text.ts';

/**
Rejects a command that changes the account where phxfly cannot ask, unless `--yes` is passed. Called when every answer is
known, so that a script learns of those first, and before the first change.

@param ways - What to do, as a sentence: `Pass --yes to delete without asking.`
@throws {Failure} `input-needed` (exit 5), with the exact command in the event.
*/
export function requireConsent({options, person, host, emit}: Cli, ways: string): void {
	if (person || options.yes) return;
	const {command} = options;
	const next = ['phxfly', ...host.argv, '--yes'].map(quoteForShell).join(' ');
	const message = `${command} needs confirmation. ${ways}`;
	emit({type: 'input-needed', question: command, flag: '--yes', message, values: [], next});
	throw new Failure('input-needed', `${message} Nothing was changed.`, {hint: next});
}

/** What to do about a setup, which can show its plan first. */
export const startWays = 'Pass --yes to start without asking, or --dry-run to see the plan.';
