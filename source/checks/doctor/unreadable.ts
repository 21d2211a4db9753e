import type {Rule} from '../../core/doctor/rule.ts';

export const unreadable: Rule = {
	id: 'unreadable',
	title: 'A file that could not be read',
	why: 'What is in it was not checked, so no finding says nothing about it.',

	check: ({unread}) =>
		unread.map(({path, line, why}) => ({
			status: 'could-not-tell',
			path,
			...(line === undefined ? {} : {line}),
			message: `It was not checked: ${why.replace(/[.]$/, '')}.`,
			fix: 'Put an ordinary text file of at most 1 MiB there, written plainly, then run doctor again.',
		})),
};
