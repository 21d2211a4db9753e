import {createHash} from 'node:crypto';
import {homedir} from 'node:os';
import {basename, join} from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns where phxfly stores its state: `--state-dir`, else `$XDG_STATE_HOME/phxfly`, else the platform's default. */
export function findStateRoot(
	provided: string | undefined,
	environment: Environment,
	platform: string,
): string {
	if (provided) return provided;
	if (environment.XDG_STATE_HOME) return join(environment.XDG_STATE_HOME, 'phxfly');
	const home = environment.HOME || homedir();
	if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'phxfly');
	if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'phxfly');
	return join(home, '.local', 'state', 'phxfly');
}

/** Returns a project's folder: a readable name, and a hash of everything that distinguishes it. */
export function projectFolder(root: string, project: string, rehearsalWorld?: string): string {
	const key = createHash('sha256')
		.update(`${project}\0${rehearsalWorld ?? ''}`)
		.digest('hex')
		.slice(0, 12);
	const name = basename(project).replaceAll(/[^\w.-]/g, '_') || 'project';
	return join(root, `${rehearsalWorld === undefined ? '' : 'rehearsal-'}${name}-${key}`);
}
