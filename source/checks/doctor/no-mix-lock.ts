import type {Rule} from '../../core/doctor/rule.ts';

export const noMixLock: Rule = {
	id: 'no-mix-lock',
	title: 'mix.lock is missing',
	why: 'The build uses the newest versions of the day, and a Dockerfile that copies mix.lock fails to build.',

	check({files, unread}) {
		const isThere = files.has('mix.lock') || unread.some(({path}) => path === 'mix.lock');
		if (!files.has('mix.exs') || isThere) return [];
		return [
			{
				status: 'wrong',
				path: 'mix.lock',
				message: 'There is no mix.lock.',
				fix: 'Run mix deps.get, then commit mix.lock.',
			},
		];
	},
};
