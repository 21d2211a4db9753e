import {asTable} from '../config/config.ts';
import type {Remote} from './remote-result.ts';

/** DATABASE_PATH on the machine. */
export const readDatabase = ({machine}: Pick<Remote, 'machine'>): string =>
	String(asTable(machine.config.env).DATABASE_PATH ?? '/data/app_prod.db');
