import type {FlyRegion} from '../core/fly/output.ts';
import {findPlace, type Place} from './time-zones.ts';

/** Nearest first; by code where the time zone tells no place. */
export function sortByDistance(regions: readonly FlyRegion[], timeZone: string): readonly FlyRegion[] {
	const place = findPlace(timeZone);
	const byCode = [...regions].sort((a, b) => a.code.localeCompare(b.code));
	if (place === undefined) return byCode;

	const distance = ({latitude, longitude}: FlyRegion): number => measureAngle(place, [latitude, longitude]);
	return byCode.sort((a, b) => distance(a) - distance(b));
}

/** The angle between two places as seen from the centre of the earth, in radians. */
function measureAngle(from: Place, to: Place): number {
	const [fromLatitude, toLatitude] = [toRadians(from[0]), toRadians(to[0])];
	const longitudes = toRadians(from[1] - to[1]);
	const cosine =
		Math.sin(fromLatitude) * Math.sin(toLatitude) +
		Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.cos(longitudes);
	return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;
