import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {listCodeLines} from '../../core/project/elixir.ts';

export const entrypointNoRestore: Rule = {
	id: 'entrypoint-no-restore',
	title: 'Nothing restores an empty volume',
	why: 'A lost volume then comes back empty: the app makes a new database and replicates it over the old history, and the blog is gone.',

	check({entrypoint, dockerfile, usesLitestream}) {
		if (!usesLitestream || !dockerfile) return [];
		const starts = listCodeLines(entrypoint ? entrypoint.text : dockerfile.starts);
		const replicate = starts.find(({text}) => /litestream["',\s]+replicate\b/.test(text));
		const restore = starts.find(({text}) => /litestream["',\s]+restore\b/.test(text));
		const place = entrypoint
			? {path: entrypoint.path, line: (restore ?? replicate)?.line ?? 1}
			: {path: dockerfile.path};
		const fix = 'litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH", before replicate.';
		const wrong = (message: string): readonly Problem[] => [{status: 'wrong', ...place, message, fix}];
		if (!restore) {
			if (replicate) return wrong('Litestream replicates, and nothing restores.');
			const message = 'Litestream is in the image; where it is started cannot be seen.';
			return [{status: 'could-not-tell', ...place, message, fix}];
		}

		if (
			!restore.text.includes('-if-db-not-exists') &&
			!starts.some(({text}) => /\[\s+!?\s*-[fes]\s|\btest\s+!?\s*-[fes]\s/.test(text))
		) {
			return wrong('restore fails as soon as the database is there, so the second boot does.');
		}

		if (!restore.text.includes('-if-replica-exists'))
			return wrong('restore fails while there is no replica yet, so the first boot does.');
		return [];
	},
};
