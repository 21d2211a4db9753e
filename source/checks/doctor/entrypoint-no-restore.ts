import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const entrypointNoRestore: Rule = {
	id: 'entrypoint-no-restore',
	title: 'Nothing restores an empty volume',
	why: 'After losing the volume, the app creates an empty database and replicates it over the old history. Your data is gone.',

	check({entrypoint, dockerfile, usesLitestream}) {
		if (!usesLitestream || !dockerfile) return [];
		const starts = listUncommented(entrypoint ? entrypoint.text : dockerfile.starts);
		const replicate = starts.find(({text}) => /litestream["',\s]+replicate\b/.test(text));
		const restore = starts.find(({text}) => /litestream["',\s]+restore\b/.test(text));
		const place = entrypoint
			? {path: entrypoint.path, line: (restore ?? replicate)?.line ?? 1}
			: {path: dockerfile.path};
		const fix = 'litestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH", before replicate.';
		const wrong = (message: string): readonly Problem[] => [{status: 'wrong', ...place, message, fix}];
		if (!restore) {
			if (replicate) return wrong('The image replicates the database but never restores it.');
			const message = 'The image includes Litestream, but phxfly cannot see what starts it.';
			return [{status: 'could-not-tell', ...place, message, fix}];
		}

		if (
			!restore.text.includes('-if-db-not-exists') &&
			!starts.some(({text}) => /\[\s+!?\s*-[fes]\s|\btest\s+!?\s*-[fes]\s/.test(text))
		) {
			return wrong('restore fails once the database exists, so the second boot fails.');
		}

		if (!restore.text.includes('-if-replica-exists'))
			return wrong('restore fails until a replica exists, so the first boot fails.');
		return [];
	},
};
