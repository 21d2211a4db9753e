import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';

/** As JSON an object from slug to name, not a list. */
export const orgsList: Command = function* (context) {
	const orgs = yield* look(world => [...world.orgs].sort((a, b) => a.slug.localeCompare(b.slug)));
	if (wantsJson(context))
		yield* printJson(context, Object.fromEntries(orgs.map(({slug, name}) => [slug, name])));
	else {
		const rows = orgs.map(({name, slug, type}) => [name, slug, type]);
		yield* print(formatTable(['NAME', 'SLUG', 'TYPE'], rows));
	}
	return 0;
};
