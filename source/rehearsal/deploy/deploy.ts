import {join} from 'node:path';
import type {AppConfig} from '../app-config/app-config.ts';
import {printValidation} from '../app-config/print-validation.ts';
import {resolveGuest} from '../app-config/resolve-guest.ts';
import type {Command, Context} from '../arguments/invocation.ts';
import {asTable} from '../config/config.ts';
import {loadAppConfig} from '../config/load.ts';
import {marks} from '../output/marks.ts';
import {FlyError, Interruption, look, print, printError, wait} from '../world/effects.ts';
import {findApp, listMachines, listReleases} from '../world/find.ts';
import {checkVolumes} from './check-volumes.ts';
import {chooseImage} from './choose-image.ts';
import type {Deployment} from './deployment.ts';
import {launchMachines} from './launch.ts';
import {buildDefinition} from './machine-config.ts';
import {prepareFirstDeploy} from './prepare-first-deploy.ts';
import {readDuration} from './read-duration.ts';
import {createRelease, markRelease, printReleaseJson} from './release.ts';
import {runReleaseCommand} from './run-release-command.ts';
import {updateMachines} from './update-machines.ts';

/** Builds or finds an image, then makes or updates the machines. */
export const deploy: Command = function* (context) {
	const {app, flags} = context;
	yield* printError('==> Verifying app config');
	const loaded = loadAppConfig(context, flags);
	if (!loaded) {
		yield* look(world => findApp(world, app));
		throw new FlyError(
			'failed to grab app config from existing machines, error: could not create a fly.toml from any machines :-(\nNo machines configured for this app',
		);
	}
	const config = applyFlags(context, loaded);
	yield* printValidation(config);
	yield* printError('--> Verified app config');
	yield* look(world => findApp(world, app, 'machines'));

	const image = yield* chooseImage(context, config);
	if (flags.bool('build-only')) return 0;
	yield* print(`\nWatch your deployment at https://fly.io/apps/${app}/monitoring\n`);
	const waitTimeoutMs = readDuration(flags.string('wait-timeout'));
	if (flags.has('wait-timeout')) {
		const shown = flags.string('wait-timeout');
		yield* print(
			`${marks.info} Using wait timeout: ${shown} lease timeout: ${flags.string('lease-timeout')} delay between lease refreshes: 4s\n`,
		);
	}

	checkStrategy(context, config);
	const {machines, isFirst} = yield* look(world => {
		const found = listMachines(world, app);
		return {machines: found, isFirst: found.length === 0 && listReleases(world, app).length === 0};
	});
	const region = flags.string('primary-region') || config.primaryRegion || 'iad';
	if (isFirst) yield* prepareFirstDeploy(context, config, region);
	else yield* checkVolumes(context, config, machines);

	const release = yield* createRelease(app, image, buildDefinition(config, region), 'Deploy');
	const deployment: Deployment = {
		context,
		config,
		guest: readGuest(context, config),
		region,
		image,
		...release,
		waitTimeoutMs,
		hasLitestream: context.files.read(join(context.cwd, 'etc/litestream.yml')) !== undefined,
		migration: findMigration(context),
	};
	try {
		yield* runReleaseCommand(deployment);
		if (machines.length === 0) yield* launchMachines(deployment, isFirst);
		else yield* updateMachines(deployment, machines);
	} catch (error) {
		yield* markRelease(release.releaseId, error instanceof Interruption ? 'interrupted' : 'failed');
		throw error;
	}
	yield* markRelease(release.releaseId, 'complete');
	if (flags.bool('dns-checks') && !flags.bool('detach') && config.services.length > 0) {
		yield* printError(`Checking DNS configuration for ${app}.fly.dev`);
		yield* wait(3_000);
		yield* printError('✓ DNS configuration verified');
	}
	if (config.hasHttpService) yield* print(`\nVisit your newly deployed app at https://${app}.fly.dev/\n`);
	yield* printReleaseJson(context, release.releaseId);
	return 0;
};

const findMigration = ({files, cwd}: Context): string | undefined =>
	files
		.list(join(cwd, 'priv/repo/migrations'))
		.flatMap(name => /^(\d{14})_.*\.exs$/.exec(name)?.[1] ?? [])
		.sort()
		.at(-1);

/** @throws {FlyError} for a strategy that is none, or cannot be had with a volume. */
function checkStrategy({flags}: Context, config: AppConfig): void {
	const strategy = flags.string('strategy') || String(asTable(config.tree.deploy).strategy ?? 'rolling');
	if (!['canary', 'rolling', 'immediate', 'bluegreen'].includes(strategy)) {
		throw new FlyError(`unknown deployment strategy '${strategy}'`);
	}
	if (config.mounts.length > 0 && (strategy === 'canary' || strategy === 'bluegreen')) {
		throw new FlyError(`${strategy} deployment strategy is not supported when using mounted volumes`);
	}
}

function applyFlags({flags}: Context, config: AppConfig): AppConfig {
	const added = flags
		.list('env')
		.map(pair => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const);
	return {...config, env: {...config.env, ...Object.fromEntries(added)}};
}

function readGuest({flags}: Context, config: AppConfig): Deployment['guest'] {
	const names = [
		['vm-size', 'size'],
		['vm-memory', 'memory'],
		['vm-cpus', 'cpus'],
		['vm-cpu-kind', 'cpu_kind'],
	] as const;
	const given = names.filter(([flag]) => flags.has(flag));
	if (given.length === 0) return config.guest;
	return resolveGuest({
		...config.guest,
		...Object.fromEntries(given.map(([flag, key]) => [key, flags.string(flag)])),
	});
}
