import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** A public project: where its app's fly.toml is, at the commit that the expectations are about. */
export type Project = {
	/** `OWNER/NAME` on GitHub. */
	readonly name: string;
	readonly commit: string;
	readonly flyToml: string;
};

/**
Copies a project at its commit to a new folder.

@param folder - Has each project as `OWNER+NAME`, `OWNER/NAME`, or `NAME`: a clone, a bare Git directory (itself or in `repo`),
or plain files, of which the commit cannot be checked.
@returns Why it cannot be tried; undefined when the copy is complete.
*/
export function copyProject({name, commit}: Project, folder: string, into: string): string | undefined {
	const place = [name.replace('/', '+'), name, name.split('/')[1] ?? name]
		.map(each => join(folder, each))
		.find(each => existsSync(each));
	if (place === undefined) return `${name} is not in ${folder}`;
	const gitFolder = ['.git', 'repo/.git', 'repo', '.']
		.map(each => join(place, each))
		.find(each => existsSync(join(each, 'HEAD')) && existsSync(join(each, 'objects')));
	if (gitFolder === undefined) {
		cpSync(place, into, {recursive: true, filter: path => !/\/(?:node_modules|_build|deps)$/.test(path)});
		return undefined;
	}

	const git = (args: readonly string[], input = '') =>
		execFileSync('git', ['-c', 'safe.directory=*', '--git-dir', gitFolder, ...args], {
			input,
			maxBuffer: 2 ** 30,
			stdio: ['pipe', 'pipe', 'ignore'],
		});
	try {
		const files = git(['ls-tree', '-r', '-z', commit])
			.toString()
			.split('\0')
			.flatMap(line => {
				const [, mode = '', id = '', path = ''] = /^(\d+) blob (\w+)\t(.+)$/s.exec(line) ?? [];
				return path === '' ? [] : [{mode, id, path}];
			});
		const bodies = git(['cat-file', '--batch'], files.map(({id}) => `${id}\n`).join(''));
		writeBodies(bodies, files, into);
		return undefined;
	} catch {
		return `${name} has no commit ${commit} in ${folder}`;
	}
}

/** Writes what `git cat-file --batch` printed. A blob that a partial clone lacks is left out: large media, usually. */
function writeBodies(
	bodies: Buffer,
	files: readonly {readonly mode: string; readonly path: string}[],
	into: string,
): void {
	let at = 0;
	for (const {mode, path} of files) {
		const lineEnd = bodies.indexOf('\n', at);
		const [, kind, size = '0'] = bodies.subarray(at, lineEnd).toString().split(' ');
		at = lineEnd + 1;
		if (kind !== 'blob') continue;
		const body = bodies.subarray(at, at + Number(size));
		at += Number(size) + 1;
		const target = join(into, path);
		mkdirSync(dirname(target), {recursive: true});
		if (mode === '120000') symlinkSync(body.toString(), target);
		else writeFileSync(target, body, {mode: mode === '100755' ? 0o755 : 0o644});
	}
}
