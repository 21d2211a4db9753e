import type {Rule} from '../../core/doctor/rule.ts';

export const unreadable: Rule = {
	id: 'unreadable',
	title: 'A file phxfly could not read',
	why: 'phxfly did not check its content, so it may contain problems.',

	check: ({unread}) =>
		unread.map(({path, line, why}) => ({
			status: isNeeded(path) ? 'wrong' : 'could-not-tell',
			path,
			...(line === undefined ? {} : {line}),
			message: `Not checked: ${why.replace(/[.]$/, '')}.`,
			fix: 'Replace it with a regular text file under 1 MiB, then run doctor again.',
		})),
};

/** What most rules read: without it, no other problem says nothing. */
const isNeeded = (path: string): boolean =>
	/^(?:[^/]*\.toml|mix\.exs|[^/]*[Dd]ockerfile[^/]*|(?:.*\/)?litestream\.yml|config\/(?:config|prod|runtime)\.exs)$/.test(
		path,
	);
