import {join} from 'node:path';
import type {Command, Context} from '../arguments/invocation.ts';
import {type AppConfig, asTable} from '../config/config.ts';
import {loadAppConfig, resolveGuest} from '../config/load.ts';
import {noConfiguration, printValidation} from '../config/problems.ts';
import {marks} from '../output/print.ts';
import {change, type Flow, FlyError, Interruption, look, print, printError, wait} from '../world/effects.ts';
import {findApp, listMachines, listReleases, listVolumes} from '../world/find.ts';
import {makeAddress, makeVolume} from '../world/make.ts';
import type {Machine, World} from '../world/world.ts';
import {createRelease, type Deployment, groupName, markRelease, printReleaseJson} from './deployment.ts';
import {describeApp} from './describe-app.ts';
import {chooseImage} from './image.ts';
import {launchMachines} from './launch.ts';
import {buildDefinition} from './machine-config.ts';
import {runReleaseCommand} from './release-command.ts';
import {updateMachines} from './update.ts';

/** On a later deploy flyctl creates no volume: one must exist, and an attached one cannot be replaced. */
function* checkVolumes({app}: Context, config: AppConfig, machines: readonly Machine[]): Flow<void> {
	const [mount] = config.mounts;
	const volumes = yield* look(world => listVolumes(world, app));
	for (const machine of machines) {
		const attached = volumes.find(volume => volume.attached_machine_id === machine.id);
		if (attached && !mount) throw new FlyError('yes flag must be specified when not running interactively');
		if (attached && mount && attached.name !== mount.source) {
			throw new FlyError(
				`machine ${machine.id} [${groupName}] has volume '${attached.name}' attached, can't update the attached volume to '${mount.source}'`,
			);
		}
		if (!attached && mount) requireFree(volumes, mount.source, machine.region);
	}
	if (machines.length === 0 && mount) {
		const isFree = volumes.some(
			volume => volume.name === mount.source && volume.attached_machine_id === null,
		);
		if (isFree) return;
		throw new FlyError(
			`creating a new machine in group '${groupName}' requires an unattached '${mount.source}' volume. Create it with \`fly volume create ${mount.source}\``,
		);
	}
}

function requireFree(
	volumes: readonly {name: string; region: string; attached_machine_id: string | null}[],
	name: string,
	region: string,
): void {
	const isFree = volumes.some(
		volume => volume.name === name && volume.region === region && volume.attached_machine_id === null,
	);
	if (isFree) return;
	throw new FlyError(
		`machine in group '${groupName}' needs an unattached volume named '${name}' in region '${region}'`,
	);
}

/** Creates addresses if the app has none, then a volume if none with that name is unattached in any region. */
function* prepareFirstDeploy(context: Context, config: AppConfig, region: string): Flow<void> {
	const {app, flags} = context;
	const hasAddress = yield* look(world => world.addresses.some(entry => entry.app === app));
	if (config.services.length > 0 && !hasAddress && !flags.bool('no-public-ips')) {
		yield* print(`Provisioning ips for ${app}`);
		yield* wait(900);
		const v6 = yield* change((world, nowMs) => makeAddress(world, nowMs, app, 'v6'));
		yield* print(`  Dedicated ipv6: ${v6.address}`);
		yield* wait(900);
		const v4 = yield* change((world, nowMs) => makeAddress(world, nowMs, app, 'shared_v4'));
		yield* print(`  Shared ipv4: ${v4.address}`);
		yield* print('  Add a dedicated ipv4 with: fly ips allocate-v4\n');
	}

	const [mount] = config.mounts;
	if (!mount) return;
	const isFree = yield* look(world =>
		listVolumes(world, app).some(
			({name, attached_machine_id, state}) =>
				name === mount.source && attached_machine_id === null && state === 'created',
		),
	);
	if (isFree) return;
	const sizeGb = mount.initialSizeGb ?? (flags.int('volume-initial-size') || 1);
	yield* print(
		`Creating a ${sizeGb} GB volume named '${mount.source}' for process group '${groupName}'. Use 'fly vol extend' to increase its size`,
	);
	yield* wait(1_200);
	yield* change((world, nowMs) =>
		makeVolume(world, nowMs, {
			app,
			name: mount.source,
			region,
			sizeGb,
			snapshotRetention: mount.snapshotRetention ?? 5,
			isEncrypted: true,
			hasSnapshots: true,
		}),
	);
}

const unitsMs: Readonly<Record<string, number>> = {h: 3_600_000, m: 60_000, s: 1_000, ms: 1};

/** `5m0s`, a number of seconds, or `none`; in milliseconds. @throws {FlyError} for anything else. */
function readDuration(text: string): number {
	if (text === 'none') return 0;
	if (/^\d+$/.test(text)) return Number(text) * 1_000;
	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
	if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
		throw new FlyError(
			`invalid duration value ${text} used for --wait-timeout flag: time: invalid duration "${text}"`,
		);
	}
	return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (unitsMs[unit] ?? 0), 0);
}

/** Builds or finds an image, then creates or updates the machines. */
export const deploy: Command = function* (context) {
	const {app, flags} = context;
	yield* printError('==> Verifying app config');
	const loaded = loadAppConfig(context, flags);
	if (!loaded) {
		yield* look(world => findApp(world, app));
		throw new FlyError(noConfiguration);
	}
	const config = applyFlags(context, loaded);
	yield* printValidation(config);
	yield* printError('--> Verified app config');
	yield* look(world => findApp(world, app, 'machines'));

	const {name, judged} = yield* chooseImage(context, config);
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

	const migrations = yield* look(world => findMigrations(context, world, name));
	const release = yield* createRelease(app, name, buildDefinition(config, region), 'Deploy', migrations);
	const deployment: Deployment = {
		context,
		config,
		guest: readGuest(context, config),
		region,
		image: name,
		...release,
		waitTimeoutMs,
		brings: yield* describeApp(context, config, judged?.judgment),
		migrations,
	};
	try {
		yield* runReleaseCommand(deployment, judged?.releaseRun);
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

/** An image of an earlier release has the migrations that it had then; any other, those of the project. */
const findMigrations = ({app, files, cwd}: Context, world: World, image: string): readonly string[] =>
	listReleases(world, app).find(release => release.imageRef === image && release.migrations)?.migrations ??
	files
		.list(join(cwd, 'priv/repo/migrations'))
		.flatMap(name => /^(\d{14})_.*\.exs$/.exec(name)?.[1] ?? [])
		.sort();

/** @throws {FlyError} for an unknown strategy, or one that does not support volumes. */
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
	const provided = names.filter(([flag]) => flags.has(flag));
	if (provided.length === 0) return config.guest;
	return resolveGuest({
		...config.guest,
		...Object.fromEntries(provided.map(([flag, key]) => [key, flags.string(flag)])),
	});
}
