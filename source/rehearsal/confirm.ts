import type {Context} from './arguments/invocation.ts';
import {ask, type Flow, FlyError, printError} from './world/effects.ts';

/**
Asks the question if a terminal is there, unless `--yes` answers it.

@param warning - Printed on stderr before a question that is asked or cannot be.
@throws {FlyError} if nobody can be asked.
*/
export function* confirm(context: Context, question: string, warning = ''): Flow<boolean> {
	if (context.flags.bool('yes')) return true;
	if (warning !== '') yield* printError(warning);
	if (!context.isInteractive) throw new FlyError('yes flag must be specified when not running interactively');
	const answer = yield* ask(`? ${question} (y/N) `);
	return /^y(?:es)?$/i.test(answer.trim());
}
