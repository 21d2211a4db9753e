import {Failure} from '../core/errors/failure.ts';
import {readSystemCode} from './file-errors.ts';

/** A state folder that cannot be written, as a sentence; everything else stays what it is. */
export function explainStateError(error: unknown, folder: string): unknown {
	switch (readSystemCode(error)) {
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new Failure(
				'state-not-writable',
				'refused',
				`The state folder ${folder} cannot be written: it is read-only here.`,
				{hint: 'Name another one: --state-dir DIR.', cause: error},
			);
		case 'ENOSPC':
		case 'EDQUOT':
			return new Failure(
				'disk-full',
				'failed',
				`What was done cannot be recorded in ${folder}: the disk is full.`,
				{
					hint: 'Free some space, then run phxfly again: it looks at what exists and goes on.',
					cause: error,
				},
			);
		default:
			return error;
	}
}
