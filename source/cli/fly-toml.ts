import {realpathSync} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, relative, resolve, sep} from 'node:path';
import {openProjectFiles} from '../adapters/project-files.ts';
import {Failure} from '../core/errors/failure.ts';
import {quoteForShell} from '../core/text/text.ts';

/** What names the configuration of a project, both from its folder. */
export type NamedFlyToml = {
	/** `--config`: a file, or a folder that has a fly.toml, as flyctl takes it. */
	readonly given: string | undefined;
	/** The one that the last setup used. */
	readonly remembered: string | undefined;
};

/**
Finds the configuration that a project uses: the given one, that of the last setup, fly.toml, else the only fly.NAME.toml. One to copy,
such as fly.example.toml, counts only where it is given.

@param root - The project's folder, as a real path.
@returns Its path from that folder, with `/`; `fly.toml` where there is none yet.
@throws {Failure} `no-fly-toml` for a given one that is not there, `several-fly-tomls` (both exit 2), and `outside-project`.
@see {@link https://fly.io/docs/flyctl/deploy/ | flyctl, --config}
*/
export async function findFlyToml(root: string, {given, remembered}: NamedFlyToml): Promise<string> {
	const found = await listFlyTomls(root);
	if (given !== undefined) return requireGiven(root, given, found);
	if (remembered !== undefined && (await isReadable(root, remembered))) return remembered;
	const used = found.filter(name => !/\.(?:example|sample|template)\./.test(name));
	const [only, ...others] = used;
	if (only === undefined || used.includes(usual)) return usual;
	if (others.length === 0) return only;
	throw new Failure(
		'several-fly-tomls',
		`This folder has no fly.toml, but several others: ${used.join(', ')}.`,
		{
			hint: `Choose one: ${used.map(name => `--config ${quoteForShell(name)}`).join(', or ')}. Nothing was changed.`,
		},
	);
}

const usual = 'fly.toml';

async function listFlyTomls(root: string): Promise<readonly string[]> {
	const entries = await readdir(root, {withFileTypes: true}).catch(() => []);
	return entries
		.filter(entry => /^fly\.(?:.+\.)?toml$/.test(entry.name) && (entry.isFile() || entry.isSymbolicLink()))
		.map(({name}) => name)
		.sort();
}

/** Whether it is a regular file of at most 1 MiB. @throws {Failure} For one that leads out, or is not text. */
const isReadable = async (root: string, path: string): Promise<boolean> =>
	(await openProjectFiles(root).read(path)) !== undefined;

async function requireGiven(root: string, given: string, found: readonly string[]): Promise<string> {
	const named = resolve(root, given);
	const isFolder = await stat(named).then(
		found => found.isDirectory(),
		() => false,
	);
	const path = findInside(root, isFolder ? join(named, usual) : named);
	if (path === undefined) {
		throw new Failure('outside-project', `--config: ${given} is not in the project folder.`, {
			hint: 'phxfly edits this file, so it must be in the project. Pass the folder that has it: phxfly DIR --config FILE',
		});
	}

	if (given !== '' && path.endsWith('.toml') && (await isReadable(root, path))) return path;
	// Setup creates it.
	if (path === usual && !isFolder) return usual;
	const why = isFolder
		? `the folder ${given || '.'} has no fly.toml`
		: path.endsWith('.toml')
			? `there is no file ${path} in the project folder, or it is over 1 MiB`
			: `${path} is not TOML by its name, and phxfly edits only TOML`;
	throw new Failure('no-fly-toml', `--config: ${why}.`, {
		hint:
			found.length > 0
				? `Choose one of ${found.join(', ')}. Nothing was changed.`
				: 'Run phxfly without --config to create a fly.toml. Nothing was changed.',
	});
}

/** Returns a path from the root, `undefined` for one outside; a link on the way to the folder counts as what it leads to. */
export function findInside(root: string, path: string): string | undefined {
	return [path, join(findReal(dirname(path)), basename(path))]
		.map(each => relative(root, each))
		.find(each => each !== '' && !isAbsolute(each) && each !== '..' && !each.startsWith(`..${sep}`))
		?.split(sep)
		.join('/');
}

function findReal(folder: string): string {
	try {
		return realpathSync(folder);
	} catch {
		return folder;
	}
}
