import {existsSync} from 'node:fs';
import {proc} from './proc.ts';
import type {Processes} from './processes.ts';
import {openPs} from './ps.ts';

/** The processes of this computer, as its system shows them. */
export const thisComputer: Processes = existsSync('/proc/self/environ') ? proc : openPs('-E');
