import {realpath} from 'node:fs/promises';
import {dirname, isAbsolute, join, relative, resolve, sep} from 'node:path';
import {Failure} from '../core/errors/failure.ts';
import {isMissing, isThere, readSystemCode} from './file-errors.ts';

/**
Where a file of the project really is, links followed; it need not exist yet.

@param path - Relative to the root, with `/`.
@throws {Failure} `outside-project` when the path, or a link on it, leads out of the project or to nothing.
*/
export async function locateFile(root: string, path: string): Promise<string> {
	const top = await realpath(root);
	const wanted = resolve(top, path);
	if (isAbsolute(path) || !isInside(top, wanted)) throw leadsOut(path);
	const {real, rest} = await resolveExisting(wanted, path);
	if (!isInside(top, real)) throw leadsOut(path);
	return join(real, rest);
}

/** The longest part of a path that exists, its links followed, and what is still to be made. */
async function resolveExisting(wanted: string, path: string): Promise<{real: string; rest: string}> {
	try {
		return {real: await realpath(wanted), rest: ''};
	} catch (error) {
		if (readSystemCode(error) === 'ELOOP') throw leadsOut(path);
		if (!isMissing(error)) throw error;
		if (await isThere(wanted)) throw leadsOut(path);
		const {real, rest} = await resolveExisting(dirname(wanted), path);
		return {real, rest: join(rest, relative(dirname(wanted), wanted))};
	}
}

function isInside(top: string, path: string): boolean {
	return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}

function leadsOut(path: string): Failure {
	return new Failure('outside-project', 'refused', `${path} is not a file inside the project folder`, {
		hint: `Put an ordinary file at ${path} instead of the link, or take it away`,
	});
}
