import {type Command, confirm} from '../arguments/invocation.ts';
import {asList} from '../config/config.ts';
import {loadAppConfig} from '../config/load.ts';
import {formatApp} from '../output/app.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, log, look, print, wait} from '../world/effects.ts';
import {isTakenElsewhere} from '../world/facts.ts';
import {describeApp, findApp, listMachines, listReleases} from '../world/find.ts';
import {formatRequestId, makeStableHex} from '../world/make.ts';
import type {World} from '../world/world.ts';

/** Destroys the app and everything in it, except its bucket. */
export const appsDestroy: Command = function* (context) {
	if (context.args.length === 0)
		throw new FlyError('app name argument must be specified when not running interactively');
	for (const name of context.args) {
		const isSure = yield* confirm(context, `Destroy app ${name}?`, 'Destroying an app is not reversible.');
		if (!isSure) return 0;
		yield* look(world => findApp(world, name));
		yield* wait(1_000);
		yield* change(world => {
			findApp(world, name);
			const others = <T extends {app: string}>(entries: readonly T[]) =>
				entries.filter(({app}) => app !== name);
			world.apps = others(world.apps);
			world.volumes = others(world.volumes);
			world.secrets = others(world.secrets);
			world.certificates = others(world.certificates);
			world.addresses = others(world.addresses);
			world.machines = others(world.machines);
			world.releases = others(world.releases);
			for (const bucket of world.buckets) if (bucket.app === name) delete bucket.app;
		});
		yield* wait(500);
		yield* print(`Destroyed app ${name}`);
	}
	return 0;
};

/** Opens no browser: a rehearsal's site is on no network. */
export const appsOpen: Command = function* ({app, args, ...invocation}) {
	const isServed = yield* look(world => {
		if (!world.apps.some(({name}) => name === app))
			throw new FlyError(`Failed retrieving app ${app}: failed to run query ${appQuery}: Could not find App`);
		return listMachines(world, app).some(({config}) => asList(config.services).length > 0);
	});
	const config = loadAppConfig(invocation, invocation.flags);
	if (!config && !isServed) throw new FlyError('The app config could not be found');
	if (config ? config.services.length === 0 : !isServed)
		throw new FlyError("The app doesn't exspose a public http service");
	yield* print(`Opening ${new URL(args[0] ?? '', `https://${app}.fly.dev/`).href}`);
	return 0;
};

const appQuery = '($appName: String!) { appcompact:app(name: $appName) { id name hostname deployed } }';

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

/** Creates the app without changing a file. */
export const appsCreate: Command = function* (context) {
	const {flags, args, env} = context;
	const provided = args[0] ?? flags.string('name');
	if (args[0] !== undefined && flags.has('name') && flags.string('name') !== args[0]) {
		throw new FlyError('two app names specified, use only one');
	}
	const orgs = yield* look(world => world.orgs);
	const slug = flags.string('org') || env.FLY_ORG || '';
	const only = orgs.length === 1 && orgs[0]?.slug === 'personal' ? orgs[0] : undefined;
	if (slug === '' && !only) throw new FlyError('org slug must be specified when not running interactively');
	const org = slug === '' ? only : orgs.find(entry => entry.slug === slug);
	if (!org) throw new FlyError(`organization ${slug} not found`);
	if (provided === '' && !flags.bool('generate-name')) {
		throw new FlyError('name argument or flag must be specified when not running interactively');
	}
	const name = provided === '' ? `quiet-river-${makeStableHex(String(orgs.length), 4)}` : provided;

	yield* log(`POST /v1/apps {"app_name":"${name}","org_slug":"${org.slug}"}`);
	yield* wait(1_200);
	const number = yield* change((world, nowMs) => {
		checkName(world, name);
		const next = 1001 + Math.max(0, ...world.apps.map(app => app.number - 1000));
		world.apps.push({
			app: name,
			name,
			number: next,
			org: org.slug,
			network: flags.string('network') || 'default',
			createdAt: nowMs,
		});
		return next;
	});
	yield* wait(800);
	if (!wantsJson(context)) {
		yield* print(`New app created: ${name}`);
		return 0;
	}
	yield* printJson(
		context,
		formatApp(name, {
			InternalNumericID: number,
			AppURL: `https://${name}.fly.dev`,
			IPAddresses: {Nodes: []},
			CNAMETarget: `${makeStableHex(name, 7)}.${name}.fly.dev`,
			Machines: {Nodes: []},
			Organization: {ID: org.id, Slug: org.slug, PaidPlan: true},
		}),
	);
	return 0;
};

function checkName(world: World, name: string): void {
	const refuse = (why: string) => new FlyError(`Validation failed: ${why} ${formatRequestId()}`);
	if (!/^[a-z0-9-]+$/.test(name)) throw refuse('Name may only contain numbers, lowercase letters and dashes');
	if (name.length > 63) throw refuse('Name is too long (maximum is 63 characters)');
	if (isTakenElsewhere(name) || world.apps.some(app => app.name === name))
		throw refuse('Name has already been taken');
}
