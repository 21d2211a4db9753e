import {look, print} from '../effects.ts';
import {describeApp, listReleases} from '../find-in-world.ts';
import type {Command} from '../invocation.ts';
import {formatApp} from '../output/format-app.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../print-json.ts';

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
				return formatApp(app.name, {
					Status: status,
					Deployed: isDeployed,
					Network: app.network,
					CurrentRelease: release ?? null,
					Organization: {Slug: app.org, Name: world.orgs.find(({slug}) => slug === app.org)?.name ?? ''},
				});
			}),
	);
	if (wantsJson(context)) yield* printJson(context, apps);
	else if (context.flags.bool('quiet')) for (const app of apps) yield* print(String(app.Name));
	else {
		const rows = apps.map(app => [String(app.Name), 'personal', String(app.Status), '']);
		yield* print(formatTable(['NAME', 'OWNER', 'STATUS', 'LATEST DEPLOY'], rows));
	}
	return 0;
};
