import type {Rule} from '../../core/doctor/rule.ts';
import {listUncommented} from '../../core/text/lines.ts';

/** The app, or Litestream with the app, as a whole command; assignments may come before it. */
const startsApp =
	/^\s*(?:\w+=\S*\s+)*(?:litestream\s+replicate\b|[\w"./${}-]*\bbin\/(?:server\b|[\w-]+"?\s+start\b))/;

export const entrypointNoExec: Rule = {
	id: 'entrypoint-no-exec',
	title: 'The entrypoint does not exec the app',
	why: 'The shell stays the first process and does not forward signals. Fly then kills the app without a shutdown, and Litestream without its final sync.',
	isFixable: true,

	check({entrypoint}) {
		if (!entrypoint) return [];
		const started = listUncommented(entrypoint.text).findLast(({text}) => startsApp.test(text));
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
