import type {Rule} from '../../core/doctor/rule.ts';

export const noDockerignore: Rule = {
	id: 'no-dockerignore',
	title: 'No .dockerignore',
	why: 'Everything in the folder is sent to the builder and may end up in the image: .env files, local databases, _build and deps of another system.',

	check({dockerfile, files, unread}) {
		const isThere = files.has('.dockerignore') || unread.some(({path}) => path === '.dockerignore');
		if (!dockerfile || isThere) return [];
		return [
			{
				status: 'wrong',
				path: '.dockerignore',
				message: 'There is a Dockerfile and no .dockerignore.',
				fix: 'Add one with .git, _build, deps, node_modules, .env*, *.db and *.db-*, one a line.',
			},
		];
	},
};
