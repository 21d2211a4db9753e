import type {Rule} from '../../core/doctor/rule.ts';
import {findUnreplicated, isWithoutLitestream} from '../../core/doctor/unreplicated.ts';

export const litestreamUnused: Rule = {
	id: 'litestream-unused',
	title: 'A litestream.yml that nothing reads',
	why: 'The file looks like a backup, but the image never starts Litestream. Nothing is replicated.',

	check(facts) {
		const {litestream, protection, elixir} = facts;
		if (!litestream || !isWithoutLitestream(facts)) return [];
		const isReported = protection?.is === 'splice' && findUnreplicated(facts) !== undefined;
		if (isReported) return [];
		const hasDatabase = elixir?.repos.some(
			({family, isStarted}) => family === 'sqlite' && isStarted === 'yes',
		);
		return [
			{
				status: hasDatabase ? 'wrong' : 'hint',
				path: litestream.path,
				line: 1,
				message: 'The image never starts Litestream, so this file has no effect.',
				fix: hasDatabase
					? 'Start it in the image: exec litestream replicate -exec "COMMAND". Or delete the file and run phxfly setup.'
					: 'Delete the file.',
			},
		];
	},
};
