import {toPlainText} from '../text/text.ts';
import {type FoundProblem, isProblem} from './rule.ts';

/** Returns the problems for a person, then the hints: each file, then what is in it, why it matters, and what to do. */
export function writeProblems(found: readonly FoundProblem[]): string {
	const hints = found.filter(each => !isProblem(each));
	return [
		...writeFiles(found.filter(isProblem)),
		...(hints.length > 0 ? ['Hints:', ...writeFiles(hints)] : []),
	].join('\n\n');
}

function writeFiles(found: readonly FoundProblem[]): readonly string[] {
	const paths = [...new Set(found.map(({finding}) => finding.path))];
	return paths.map(path => {
		const own = found.filter(({finding}) => finding.path === path);
		return [path, ...own.map(writeFinding)].join('\n');
	});
}

function writeFinding({rule, finding}: FoundProblem): string {
	const {status, line, message, fix, edit} = finding;
	const where = line === undefined ? '' : `line ${line}: `;
	const mark = status === 'could-not-tell' ? 'could not tell: ' : '';
	return [
		`  ${rule.id}`,
		`    ${where}${mark}${toPlainText(message)}`,
		`    why: ${rule.why}`,
		`    fix: ${toPlainText(fix)}${edit ? ' (--fix)' : ''}`,
	].join('\n');
}

/** Returns one problem as the detail of an event. */
export function writeProblemDetail({path, line, message, fix}: FoundProblem['finding']): string {
	return `${path}${line === undefined ? '' : `:${line}`}: ${toPlainText(message)} Fix: ${toPlainText(fix)}`;
}
