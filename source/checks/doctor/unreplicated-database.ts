import type {Rule} from '../../core/doctor/rule.ts';
import {findStartPlace} from '../../core/doctor/start.ts';
import {findAddableLitestream, findUnreplicated} from '../../core/doctor/unreplicated.ts';
import {explainPostgresBeside} from '../../core/protection/bare.ts';

export const unreplicatedDatabase: Rule = {
	id: 'unreplicated-database',
	title: 'SQLite on a volume that nothing replicates',
	why: 'The volume is the only current copy. Fly takes one snapshot of it a day, so losing the volume loses up to a day of data.',
	isFixable: true,

	check(facts) {
		const {protection, litestream} = facts;
		const place = findStartPlace(facts);
		const database = findUnreplicated(facts);
		if (database === undefined || !place || !protection || protection.is === 'ready') return [];
		const message = `${database} is on the volume, and nothing in the image replicates it.`;
		const beside = facts.elixir && explainPostgresBeside(facts.elixir);
		if (beside !== undefined) return [{status: 'wrong', ...place, message, fix: beside}];
		if (protection.is === 'refused') {
			// litestream-unused reports the file.
			if (litestream) return [];
			const {reason, change, lines} = protection;
			const written = lines.length > 0 ? `${change.replace(/\.$/, '')}: ${lines.join('; ')}.` : change;
			return [
				{
					status: 'wrong',
					...(protection.place ?? place),
					message: `${message} ${reason}`,
					fix: `${written} Then run phxfly setup.`,
				},
			];
		}

		const finding = {status: 'wrong' as const, ...place, message};
		const files = findAddableLitestream(facts);
		if (!files) {
			const fix = 'Run phxfly setup. It adds Litestream to the image and creates the bucket.';
			return [{...finding, fix}];
		}

		const names = files.map(({path}) => path).join(', ');
		const fix = `Add Litestream to the image (${names}). Its secrets are set.`;
		return [{...finding, fix, edit: {is: 'files', files}}];
	},
};
