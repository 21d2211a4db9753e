import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';

declare module 'vitest' {
	interface ProvidedContext {
		/** Where finished-worlds.ts keeps what one run of the tests has made. */
		finishedWorlds: string;
	}
}

/** A folder that lasts as long as one run of the tests. */
export function setup({provide}: TestProject): () => void {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-worlds-'));
	provide('finishedWorlds', folder);
	return () => rmSync(folder, {recursive: true, force: true});
}
