import {editFlyToml} from '../fly-toml/edit.ts';
import type {FileChange} from '../project/files.ts';
import {readTomlFacts} from './facts.ts';
import type {FoundProblem} from './rule.ts';

/** People do not review a longer file line by line. */
const mostLines = 2000;

/**
Returns the changes that fix what can be fixed, one per file; keeps every byte that no problem names.

@param files - The texts that the problems are about.
*/
export function applyFixes(
	files: ReadonlyMap<string, string>,
	found: readonly FoundProblem[],
): readonly FileChange[] {
	const inPlace = found.filter(({finding}) => finding.edit && finding.edit.is !== 'files');
	const paths = [...new Set(inPlace.map(({finding}) => finding.path))];
	const edited = paths.flatMap(path => {
		const before = files.get(path);
		if (before === undefined || before.split('\n').length > mostLines) return [];
		const own = inPlace.filter(({finding}) => finding.path === path);
		const text = editLines(before, own);
		const after = path.endsWith('.toml') ? editToml(isStillToml(before, text) ? text : before, own) : text;
		if (after === before) return [];
		return [{path, before, after, mode: 0o644, why: [...new Set(own.map(({rule}) => rule.id))].join(', ')}];
	});
	return [...edited, ...listWholeFiles(found, new Set(paths))];
}

/** Returns the findings that `--fix` does fix: some edits of a file cannot be made safely. */
export const listFixable = (
	files: ReadonlyMap<string, string>,
	found: readonly FoundProblem[],
): readonly FoundProblem[] => found.filter(each => applyFixes(files, [each]).length > 0);

function listWholeFiles(found: readonly FoundProblem[], edited: ReadonlySet<string>): readonly FileChange[] {
	return found.flatMap(({rule, finding: {edit}}) => {
		if (edit?.is !== 'files' || edit.files.some(({path}) => edited.has(path))) return [];
		return edit.files.map(file => ({
			...file,
			mode: file.after.startsWith('#!') ? 0o755 : 0o644,
			why: rule.id,
		}));
	});
}

/** Edits from the last line up, so that a removed line does not shift lines still to be edited. */
function editLines(text: string, found: readonly FoundProblem[]): string {
	const lines = text.split(/(?<=\n)/);
	const byLine = [...found].sort((left, right) => (right.finding.line ?? 0) - (left.finding.line ?? 0));
	for (const {finding} of byLine) {
		const {edit, line = 0} = finding;
		const now = lines[line - 1];
		if (edit?.is !== 'line' || now === undefined) continue;
		const body = now.replace(/\r?\n$/, '');
		if (!body.startsWith(edit.was)) continue;
		if (edit.becomes === undefined) lines.splice(line - 1, 1);
		else lines[line - 1] = edit.becomes + now.slice(edit.was.length);
	}

	return lines.join('');
}

/** Skips what cannot be edited safely; the next check finds it again. */
function editToml(text: string, found: readonly FoundProblem[]): string {
	let now = text;
	for (const {finding} of found) {
		if (finding.edit?.is !== 'toml') continue;
		const edited = editFlyToml(now, finding.edit.edits);
		if (edited.ok) now = edited.text;
	}

	return now;
}

const isStillToml = (before: string, after: string): boolean =>
	readTomlFacts(after).flyTomlFaults.length <= readTomlFacts(before).flyTomlFaults.length;
