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
	const paths = [...new Set(found.filter(({finding}) => finding.edit).map(({finding}) => finding.path))];
	return paths.flatMap(path => {
		const before = files.get(path);
		if (before === undefined || before.split('\n').length > mostLines) return [];
		const own = found.filter(({finding}) => finding.path === path);
		const edited = editLines(before, own);
		const after = path.endsWith('.toml')
			? editToml(isStillToml(before, edited) ? edited : before, own)
			: edited;
		if (after === before) return [];
		const why = [...new Set(own.filter(({finding}) => finding.edit).map(({rule}) => rule.id))].join(', ');
		return [{path, before, after, mode: 0o644, why}];
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
