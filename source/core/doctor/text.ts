import {toPlainText} from '../text/text.ts';
import type {FoundTrap} from './rule.ts';

/** The findings for a person: a file, then what is wrong in it, why it hurts and what to do. */
export function writeTrapsText(found: readonly FoundTrap[]): string {
	const paths = [...new Set(found.map(({finding}) => finding.path))];
	return paths
		.map(path => {
			const own = found.filter(({finding}) => finding.path === path);
			return [path, ...own.map(writeFinding)].join('\n');
		})
		.join('\n\n');
}

function writeFinding({trap, finding}: FoundTrap): string {
	const {status, line, message, fix, edit} = finding;
	const where = line === undefined ? '' : `line ${line}: `;
	const mark = status === 'wrong' ? '' : 'could not tell: ';
	return [
		`  ${trap.id}`,
		`    ${where}${mark}${toPlainText(message)}`,
		`    why: ${trap.why}`,
		`    fix: ${toPlainText(fix)}${edit ? ' (--fix)' : ''}`,
	].join('\n');
}

/** One finding as the detail of an event. */
export function writeTrapDetail({path, line, message, fix}: FoundTrap['finding']): string {
	return `${path}${line === undefined ? '' : `:${line}`}: ${toPlainText(message)} Fix: ${toPlainText(fix)}`;
}
