import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type ProviderId, providerAnswers} from '../helpers/answers.ts';
import {readSample} from '../helpers/template-files.ts';
import {openAccount} from './account.ts';
import type {Computer} from './engine.ts';
import {createSimulatedTime} from './simulated-time.ts';

export type Setting = {readonly profile: 'wisp'; readonly provider: ProviderId};

/** Journals are real files, synced; in memory where the system has a folder for that, since thousands of syncs load a disk. */
const temporaryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const mailKey = 're_TestKey_abcdefghijklmnopqrstuvwxyz12';

/** A computer with the sample project on it, an account without anything, and every answer given. */
export function openComputer({provider}: Setting): Computer & {close(): void} {
	const time = createSimulatedTime(Date.parse('2026-11-22T10:00:00Z'));
	const files = new Map(readSample());
	const stateFolder = mkdtempSync(join(temporaryFolder, 'phxfly-kill-'));
	const {args, env} = providerAnswers[provider];
	return {
		time,
		files,
		account: openAccount(time, files),
		stateFolder,
		argv: [
			...['rehearse', '--yes', '--json', '--app', 'blog-1', '--org', 'personal', '--region', 'sjc'],
			...['--volume-size', '1', '--domain', 'blog.example.com', ...args],
		],
		environment: {...env, RESEND_API_KEY: mailKey},
		said: [],
		close: () => rmSync(stateFolder, {recursive: true, force: true}),
	};
}
