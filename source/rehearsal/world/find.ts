import {FlyError} from './effects.ts';
import {isTakenElsewhere} from './facts.ts';
import {formatRequestId} from './make.ts';
import type {App, Machine, Release, Volume, World} from './world.ts';

const appQuery =
	'($appName: String!) { app(name: $appName) { id name platformVersion organization { id internalNumericId slug rawSlug paidPlan } } }';

/**
Returns the app with that name.

@param api - Which of Fly's APIs is called; their errors differ.
@param doing - How the Machines API's error begins.
@throws {FlyError} if there is none.
*/
export function findApp(
	world: World,
	name: string,
	api: 'graphql' | 'machines' | 'bare' = 'graphql',
	doing = '',
): App {
	const app = world.apps.find(entry => entry.name === name);
	if (app) return app;
	if (api === 'machines') {
		// It looks names up in all of Fly, and then refuses to show an app of others.
		const why = isTakenElsewhere(name) ? 'unauthorized' : 'app not found';
		throw new FlyError(`${doing}${why} ${formatRequestId()}`);
	}
	if (api === 'bare') throw new FlyError('input: app Could not find App\n');
	throw new FlyError(`failed to run query ${appQuery}: Could not find App`);
}

/** Returns the app's machines, except destroyed ones. */
export function listMachines(world: World, app: string): Machine[] {
	return world.machines.filter(machine => machine.app === app && machine.state !== 'destroyed');
}

/** Returns the app's volumes, except destroyed ones. */
export function listVolumes(world: World, app: string): Volume[] {
	return world.volumes.filter(volume => volume.app === app && volume.state !== 'destroyed');
}

/** The app's releases, the newest first. */
export function listReleases(world: World, app: string): Release[] {
	return world.releases.filter(release => release.app === app).sort((a, b) => b.version - a.version);
}

/** Returns the machine with that id, which must belong to the app if one is named. */
export function findMachine(world: World, id: string, app = ''): Machine {
	const machine = world.machines.find(entry => entry.id === id && (app === '' || entry.app === app));
	if (machine && machine.state !== 'destroyed') return machine;
	throw new FlyError(`failed to get VM ${id}: machine not found ${formatRequestId()}`);
}

/** Returns the state of an app in `status`: pending before its first release, suspended when nothing runs. */
export function describeApp(world: World, app: string): {isDeployed: boolean; status: string} {
	const isDeployed = world.releases.some(release => release.app === app);
	const isRunning = listMachines(world, app).some(({state}) => state !== 'stopped');
	return {isDeployed, status: isDeployed ? (isRunning ? 'deployed' : 'suspended') : 'pending'};
}

/** @throws {FlyError} without an id (flyctl would ask), or if it is not the app's. */
export function findVolume(
	world: World,
	id: string | undefined,
	app: string,
	doing = `failed retrieving volume: failed to get volume ${id}`,
): Volume {
	if (id === undefined) throw new FlyError('volume ID must be specified when not running interactively');
	const volume = world.volumes.find(entry => entry.id === id && (app === '' || entry.app === app));
	if (volume?.state === 'created') return volume;
	throw new FlyError(`${doing}: volume not found ${formatRequestId()}`);
}
