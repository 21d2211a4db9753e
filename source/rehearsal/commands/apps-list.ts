import type {Command} from '../arguments/invocation.ts';
import {formatApp} from '../output/app.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print} from '../world/effects.ts';
import {describeApp, listReleases} from '../world/find.ts';

export const appsList: Command = function* (context) {
	const org = context.flags.string('org');
	const apps = yield* look(world =>
		world.apps
			.filter(app => org === '' || app.org === org)
			.sort((a, b) => a.name.localeCompare(b.name))
			.map(app => {
				const [newest] = listReleases(world, app.name);
				const release = newest && {
					Status: newest.status,
					CreatedAt: new Date(newest.createdAt).toISOString(),
				};
				const {isDeployed, status} = describeApp(world, app.name);
				const json = formatApp(app.name, {
					Status: status,
					Deployed: isDeployed,
					Network: app.network,
					CurrentRelease: release ?? null,
					Organization: {Slug: app.org, Name: world.orgs.find(({slug}) => slug === app.org)?.name ?? ''},
				});
				return {json, name: app.name, owner: app.org, status};
			}),
	);
	if (wantsJson(context))
		yield* printJson(
			context,
			apps.map(({json}) => json),
		);
	else if (context.flags.bool('quiet')) for (const {name} of apps) yield* print(name);
	else {
		const rows = apps.map(({name, owner, status}) => [name, owner, status, '']);
		yield* print(formatTable(['NAME', 'OWNER', 'STATUS', 'LATEST DEPLOY'], rows));
	}
	return 0;
};
