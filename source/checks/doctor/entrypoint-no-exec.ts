import type {Rule} from '../../core/doctor/rule.ts';
import {findChildStart} from '../../core/doctor/start.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const entrypointNoExec: Rule = {
	id: 'entrypoint-no-exec',
	title: 'The entrypoint does not exec the app',
	why: 'The shell stays the first process and does not forward signals. Fly then kills the app without a shutdown, and Litestream without its final sync.',
	isFixable: true,

	check({entrypoint}) {
		if (!entrypoint) return [];
		const started = findChildStart({entrypoint});
		if (!started) return [];
		const {line, text: was} = started;
		const finding = {
			status: 'wrong' as const,
			path: entrypoint.path,
			line,
			message: 'The entrypoint starts the app as a child of the shell.',
			fix: `exec ${was.trim()}`,
		};
		// Commands after exec never run, and a shell assignment cannot follow exec.
		const isAlone = !/[&|;\\]\s*$|^\s*\w+=/.test(was) && !hasMore(entrypoint.text, line);
		return [
			isAlone ? {...finding, edit: {is: 'line', was, becomes: was.replace(/^\s*/, '$&exec ')}} : finding,
		];
	},
};

const hasMore = (text: string, line: number): boolean => listUncommented(text).some(each => each.line > line);
