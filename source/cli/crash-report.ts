import {mkdirSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {writeStateFile} from '../adapters/state/file.ts';
import {findStateRoot} from '../adapters/state/paths.ts';
import type {Cli} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';

/**
Saves a crash report without secrets, and returns a failure that names its file.

@param redact - Hides every secret of the run.
*/
export function writeCrashReport(
	host: Cli['host'],
	error: unknown,
	redact: (text: string) => string,
): Failure {
	const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
	const text = redact(
		[
			`phxfly ${host.argv.join(' ')}`,
			`${host.platform}, ${host.nodeVersion}`,
			new Date().toISOString(),
			'',
			stack,
			'',
		].join('\n'),
	);
	const path = save(host, text);
	const first = redact(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
	return new Failure('bug', `This is a bug in phxfly: ${first}`, {
		hint: `${path === undefined ? '' : `The report is in ${path} (no secrets inside). `}Progress is saved. Run the same command to continue.`,
		cause: error,
	});
}

function save(host: Cli['host'], text: string): string | undefined {
	try {
		const root = resolve(host.cwd, findStateRoot(readStateDir(host), host.environment, host.platform));
		mkdirSync(root, {recursive: true, mode: 0o700});
		const path = join(root, `crash-${new Date().toISOString().replaceAll(':', '-')}.txt`);
		writeStateFile(path, text);
		return path;
	} catch {
		// A report that cannot be saved must not hide the crash.
		return undefined;
	}
}

/** Reads the flag from the arguments, since the crash may have come before they were parsed. */
function readStateDir({argv}: Cli['host']): string | undefined {
	const at = argv.indexOf('--state-dir');
	return at === -1 ? undefined : argv[at + 1];
}
