/** A date and a time of day, as a clock on a wall shows them. */
export type WallTime = {
	readonly year: number;
	/** 1 to 12. */
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
	readonly ms: number;
};

const toUtcMs = ({year, month, day, hour, minute, second, ms}: WallTime): number => {
	const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, ms));
	// Not in `Date.UTC`, which reads the years 0 to 99 as 1900 to 1999.
	return date.setUTCFullYear(year, month - 1, day);
};

/** Returns whether this computer knows the time zone, for example `Europe/Berlin` or `UTC`. */
export function isZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en-US', {timeZone: name});
		return true;
	} catch {
		return false;
	}
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function findClock(zone: string): Intl.DateTimeFormat {
	const known = clocks.get(zone);
	if (known) return known;
	const clock = new Intl.DateTimeFormat('en-US', {
		timeZone: zone,
		hourCycle: 'h23',
		...{year: 'numeric', month: 'numeric', day: 'numeric'},
		...{hour: 'numeric', minute: 'numeric', second: 'numeric'},
	});
	clocks.set(zone, clock);
	return clock;
}

/** Returns what a clock of that zone shows at a moment. @param atMs - Since 1970. */
export function readWall(atMs: number, zone: string): WallTime {
	const parts = new Map(
		findClock(zone)
			.formatToParts(atMs)
			.map(({type, value}) => [type, Number(value)]),
	);
	const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
	return {
		...{year: read('year'), month: read('month'), day: read('day')},
		...{hour: read('hour'), minute: read('minute'), second: read('second')},
		ms: ((atMs % 1000) + 1000) % 1000,
	};
}

const offsetMsAt = (atMs: number, zone: string): number => toUtcMs(readWall(atMs, zone)) - atMs;

const dayMs = 86_400_000;

/**
Finds the moments when a clock of that zone shows this time: usually one; none while it is set forward, two while it is set back.

@returns Milliseconds since 1970, the earliest first.
*/
export function findMoments(wall: WallTime, zone: string): readonly number[] {
	const asUtcMs = toUtcMs(wall);
	const offsets = [-dayMs, 0, dayMs].map(away => offsetMsAt(asUtcMs + away, zone));
	return [...new Set(offsets)]
		.map(offsetMs => asUtcMs - offsetMs)
		.filter(atMs => toUtcMs(readWall(atMs, zone)) === asUtcMs)
		.sort((a, b) => a - b);
}

/** Returns whether the date is in the calendar, and the time on a clock. */
export const isReal = (wall: WallTime): boolean =>
	wall.hour < 24 &&
	wall.minute < 60 &&
	wall.second < 60 &&
	wall.month >= 1 &&
	wall.day >= 1 &&
	new Date(toUtcMs({...wall, hour: 12})).getUTCDate() === wall.day &&
	wall.month <= 12;

const pad = (value: number, digits = 2) => String(Math.abs(value)).padStart(digits, '0');

/** Writes a moment with its offset, for a command line: `2026-11-28T14:03:05+01:00`. Milliseconds only if it has any. */
export function writeMoment(atMs: number, zone: string): string {
	const {year, month, day, hour, minute, second, ms} = readWall(atMs, zone);
	const offsetMinutes = Math.round(offsetMsAt(atMs, zone) / 60_000);
	const offset =
		offsetMinutes === 0
			? 'Z'
			: `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.trunc(offsetMinutes / 60))}:${pad(offsetMinutes % 60)}`;
	const fraction = ms === 0 ? '' : `.${pad(ms, 3)}`;
	return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${offset}`;
}

/** Writes a moment for people, to the second, without the zone: `2026-11-28 14:03:05`. */
export const showMoment = (atMs: number, zone: string): string =>
	writeMoment(Math.floor(atMs / 1000) * 1000, zone)
		.slice(0, 19)
		.replace('T', ' ');

/** Returns the calendar day that many days away, at the same time of day. */
export function addDays(wall: WallTime, days: number): WallTime {
	const moved = new Date(toUtcMs({...wall, hour: 12}) + days * dayMs);
	return {
		...wall,
		year: moved.getUTCFullYear(),
		month: moved.getUTCMonth() + 1,
		day: moved.getUTCDate(),
	};
}

/** 0 is Sunday. */
export const findWeekday = (wall: WallTime): number => new Date(toUtcMs({...wall, hour: 12})).getUTCDay();
