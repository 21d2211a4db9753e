import type {Rule} from '../../core/doctor/rule.ts';

export const noDockerignore: Rule = {
	id: 'no-dockerignore',
	title: 'No .dockerignore',
	why: 'flyctl sends everything in the folder to the builder, and it may end up in the image: .env files, local databases, and _build and deps from another system.',

	check({dockerfile, files, unread}) {
		const isThere = files.has('.dockerignore') || unread.some(({path}) => path === '.dockerignore');
		if (!dockerfile || isThere) return [];
		return [
			{
				status: 'wrong',
				path: '.dockerignore',
				message: 'The project has a Dockerfile but no .dockerignore.',
				fix: 'Add one with .git, _build, deps, node_modules, .env*, *.db, and *.db-*, one per line.',
			},
		];
	},
};
