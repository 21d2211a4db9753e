import type {Command} from '../arguments/invocation.ts';
import {formatMachine, readMetadata} from '../output/machine.ts';
import {formatCard, formatTable, printJson, wantsJson} from '../output/print.ts';
import {FlyError, look, print, wait} from '../world/effects.ts';
import {describeApp, findApp, listMachines, listReleases} from '../world/find.ts';
import {listLogLines} from '../world/log.ts';

const pollMs = 1_000;

/** Prints the latest lines. If there are none, or without `--no-tail`, it keeps polling until it is stopped. */
export const logs: Command = function* (context) {
	const {flags, env, app} = context;
	const region = flags.string('region') || env.FLY_REGION || '';
	let shown = 0;
	for (;;) {
		const lines = yield* look(world => {
			findApp(world, app, 'machines');
			return listMachines(world, app)
				.filter(machine => flags.string('machine') === '' || machine.id === flags.string('machine'))
				.filter(machine => region === '' || machine.region === region)
				.flatMap(machine => listLogLines(machine).map(line => ({...line, machine})));
		});
		for (const {timestamp, level, message, machine} of lines.slice(shown)) {
			const meta = {instance: machine.id, region: machine.region, event: {provider: 'app'}};
			if (wantsJson(context)) {
				yield* printJson(context, {
					level,
					instance: machine.id,
					message,
					region: machine.region,
					timestamp,
					meta,
				});
			} else yield* print(`${timestamp} app[${machine.id}] ${machine.region} [${level}] ${message}`);
		}
		shown = lines.length;
		if (flags.bool('no-tail') && shown > 0) return 0;
		yield* wait(pollMs);
	}
};

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

/** As JSON, this is an object from machine id to its checks, without machines that have none. */
export const checksList: Command = function* (context) {
	const machines = yield* look(world => {
		findApp(world, context.app, 'machines');
		return listMachines(world, context.app).filter(({checks}) => checks.length > 0);
	});
	if (wantsJson(context)) {
		yield* printJson(context, Object.fromEntries(machines.map(({id, checks}) => [id, checks])));
		return 0;
	}
	const wanted = context.flags.string('check-name');
	const rows = machines.flatMap(({id, checks}) =>
		checks
			.filter(({name}) => wanted === '' || name === wanted)
			.map(({name, status, output}) => [name, status, id, 'just now', output]),
	);
	const head = ['NAME', 'STATUS', 'MACHINE', 'LAST UPDATED', 'OUTPUT'];
	const [title = '', ...lines] = formatTable(head, rows).split('\n');
	const rule = title.replaceAll(/[^│]/g, '─').replaceAll('│', '┼');
	yield* print(`Health Checks for ${context.app}\n${title}\n${rule}\n${lines.join('\n').trimEnd()}`);
	return 0;
};

const shown = 25;

export const releases: Command = function* (context) {
	const {list, account} = yield* look(world => {
		findApp(world, context.app);
		return {list: listReleases(world, context.app).slice(0, shown), account: world.account};
	});
	if (wantsJson(context)) {
		const json = list.map(({id, version, status, reason, createdAt, imageRef}) => ({
			ID: id,
			Version: version,
			Stable: true,
			InProgress: status === 'running' || status === 'pending',
			Reason: reason,
			Description: 'Release',
			Status: status,
			DeploymentStrategy: '',
			Metadata: null,
			User: {ID: account.id, Name: account.name, Email: account.email, EnablePaidHobby: false},
			EvaluationID: '',
			CreatedAt: new Date(createdAt).toISOString(),
			ImageRef: imageRef,
		}));
		yield* printJson(context, json);
		return 0;
	}
	const withImage = context.flags.bool('image');
	const head = ['VERSION', 'STATUS', 'DESCRIPTION', 'USER', 'DATE', ...(withImage ? ['DOCKER IMAGE'] : [])];
	const rows = list.map(({version, status, imageRef}) => [
		`v${version}`,
		status,
		'Release',
		account.email,
		'just now',
		...(withImage ? [imageRef] : []),
	]);
	yield* print(formatTable(head, rows));
	return 0;
};
