import type {Command} from '../arguments/invocation.ts';
import {formatCard, formatTable} from '../output/format-table.ts';
import {formatMachine, readMetadata} from '../output/machine.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {FlyError, look, print} from '../world/effects.ts';
import {describeApp, listMachines, listReleases} from '../world/find.ts';

const query =
	'($appName: String!) { appcompact:app(name: $appName) { id internalNumericId name hostname cnameTarget deployed network status appUrl platformVersion organization { id internalNumericId slug paidPlan } postgresAppRole: role { name } } }';

export const status: Command = function* (context) {
	const {app: name} = context;
	const {app, org, machines, described, release} = yield* look(world => ({
		app: world.apps.find(entry => entry.name === name),
		org: world.orgs.find(({slug}) => slug === world.apps.find(entry => entry.name === name)?.org),
		machines: listMachines(world, name).filter(
			machine => readMetadata(machine, 'fly_platform_version') === 'v2',
		),
		described: describeApp(world, name),
		release: listReleases(world, name)[0],
	}));
	if (!app) throw new FlyError(`failed to get app: failed to run query ${query}: Could not find App`);
	if (wantsJson(context)) {
		yield* printJson(context, {
			AppURL: `https://${name}.fly.dev`,
			Deployed: described.isDeployed,
			Hostname: `${name}.fly.dev`,
			ID: name,
			Machines: machines.map(formatMachine),
			Name: name,
			Network: app.network,
			Organization: {
				ID: org?.id ?? '',
				InternalNumericID: '1',
				Name: '',
				Slug: app.org,
				RawSlug: '',
				PaidPlan: true,
			},
			PlatformVersion: 'machines',
			Status: described.status,
			Version: release?.version ?? 0,
		});
		return 0;
	}
	const image = machines[0]?.image.replace(/^registry\.fly\.io\//, '') ?? '-';
	yield* print(
		formatCard('App', [
			['Name', name],
			['Owner', app.org],
			['Hostname', `${name}.fly.dev`],
			['Image', image],
			['Network', app.network],
		]).replace(/\n$/, ''),
	);
	if (machines.length === 0) return 0;
	const rows = machines.map(machine => {
		const passing = machine.checks.filter(check => check.status === 'passing').length;
		return [
			readMetadata(machine, 'fly_process_group'),
			machine.id,
			readMetadata(machine, 'fly_release_version'),
			machine.region,
			machine.state,
			'',
			machine.checks.length === 0 ? '' : `${machine.checks.length} total, ${passing} passing`,
			machine.updated_at,
		];
	});
	const head = ['PROCESS', 'ID', 'VERSION', 'REGION', 'STATE', 'ROLE', 'CHECKS', 'LAST UPDATED'];
	yield* print(`\u001B[1mMachines\u001B[0m\n${formatTable(head, rows)}`);
	return 0;
};
