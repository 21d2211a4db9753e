import {FlyError} from './world/effects.ts';
import {formatRequestId} from './world/make.ts';
import type {Volume, World} from './world/world.ts';

/** @throws {FlyError} without an id (flyctl would ask), or if it is none of the app's. */
export function findVolume(
	world: World,
	id: string | undefined,
	app: string,
	doing = 'failed retrieving volume',
): Volume {
	if (id === undefined) throw new FlyError('volume ID must be specified when not running interactively');
	const volume = world.volumes.find(entry => entry.id === id && (app === '' || entry.app === app));
	if (volume?.state === 'created') return volume;
	throw new FlyError(`${doing}: volume not found ${formatRequestId()}`);
}
