import type {FlyVolume} from './fly/output.ts';

/** Volumes that are there to stay: a destroyed one is listed for a day. */
export const isVolumeThere = ({state}: Pick<FlyVolume, 'state'>): boolean =>
	state !== 'pending_destroy' && state !== 'destroyed';
