import type {FailureCode} from '../errors/codes.ts';
import {
	addDays,
	findMoments,
	findWeekday,
	isReal,
	isZone,
	readWall,
	showMoment,
	type WallTime,
	writeMoment,
} from './zone.ts';

/** A moment that a person named, or what to type instead. */
export type AskedTime =
	| {readonly ok: true; readonly atMs: number; readonly zone: string}
	| {
			readonly ok: false;
			readonly code: Extract<FailureCode, `time-${string}`>;
			/** A sentence. */
			readonly problem: string;
			/** Times that would do. */
			readonly instead: readonly string[];
	  };

type Now = {
	/** Since 1970. */
	readonly nowMs: number;
	/** The zone of times that name none, for example `Europe/Berlin`. */
	readonly zone: string;
};

const dayMs = 86_400_000;

const examples = ['10 minutes ago', 'yesterday 14:00', '14:03', '2026-11-28 14:03', '2026-11-28T14:03:05Z'];

/**
Reads a past moment as people write it: `10 minutes ago`, `1h30m ago`, `14:03`, `2pm`, `yesterday 14:00`, `monday 9:30`,
`2026-11-28 14:03`, or RFC 3339. A zone may follow: `Z`, `UTC`, `+01:00`, or `Europe/Berlin`.

A day ago is 24 hours; `yesterday` is the day before on the calendar of the zone. A time without a day is of today, never of the day
before.
*/
export function readAskedTime(typed: string, now: Now): AskedTime {
	const text = typed.trim().replaceAll(/\s+/g, ' ');
	const ago = readAgo(text);
	if (ago !== undefined) return Number.isFinite(ago) ? accept(now.nowMs - ago, now, text) : refuse(text);
	const split = splitZone(text);
	if ('problem' in split) return unclear(split.problem, split.instead);
	const {rest, offsetMinutes, zone = now.zone} = split;
	const wall = readWritten(rest, readWall(now.nowMs, offsetMinutes === undefined ? zone : 'UTC'));
	if (wall === undefined) return refuse(text);
	if ('problem' in wall) return unclear(wall.problem, wall.instead);
	if (!isReal(wall)) {
		return unclear(`There is no such date or time: ${text}.`, examples);
	}

	if (offsetMinutes !== undefined) {
		const [atUtcMs = 0] = findMoments(wall, 'UTC');
		return accept(atUtcMs - offsetMinutes * 60_000, now, text);
	}

	return findInZone(wall, zone, now, text);
}

const unclear = (problem: string, instead: readonly string[]): AskedTime => ({
	ok: false,
	code: 'time-unclear',
	problem,
	instead,
});

const refuse = (text: string): AskedTime =>
	unclear(text === '' ? 'The time is empty.' : `"${text}" is not a time that phxfly can read.`, examples);

function accept(atMs: number, {nowMs, zone}: Now, text: string): AskedTime {
	if (atMs <= nowMs) return {ok: true, atMs, zone};
	const isTimeOfDay = /^[\d:. ]+(?:am|pm)?$/i.test(text) && !text.includes('-');
	return {
		ok: false,
		code: 'time-in-future',
		problem: `${showMoment(atMs, zone)} ${zone} is in the future; it is ${showMoment(nowMs, zone)} now.`,
		instead: [isTimeOfDay ? `yesterday ${text}` : '10 minutes ago'],
	};
}

function findInZone(wall: WallTime, zone: string, now: Now, text: string): AskedTime {
	const moments = findMoments(wall, zone);
	const [first, second] = moments;
	if (second !== undefined) {
		return {
			ok: false,
			code: 'time-ambiguous',
			problem: `"${text}" was twice in ${zone}, because the clocks were set back.`,
			instead: moments.map(atMs => writeMoment(atMs, zone)),
		};
	}

	if (first !== undefined) return accept(first, {...now, zone}, text);

	const near = findMoments({...wall, hour: 12}, zone)[0] ?? now.nowMs;
	const jump = findJump(near - dayMs, near + dayMs, zone);
	return {
		ok: false,
		code: 'time-nonexistent',
		problem: `"${text}" was never in ${zone}, because the clocks were set forward.`,
		instead: [writeMoment(jump - 1000, zone), writeMoment(jump, zone)],
	};
}

/** Finds the moment when a clock is set, between two others, by halves. */
function findJump(fromMs: number, toMs: number, zone: string): number {
	const readOffset = (atMs: number) => writeMoment(atMs, zone).slice(19);
	const before = readOffset(fromMs);
	let [low, high] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)];
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (readOffset(middle * 1000) === before) low = middle;
		else high = middle;
	}

	return high * 1000;
}

const unitSeconds: readonly (readonly [RegExp, number])[] = [
	[/^s(?:ec(?:ond)?s?)?$/, 1],
	[/^m(?:in(?:ute)?s?)?$/, 60],
	[/^h(?:(?:ou)?rs?)?$/, 3600],
	[/^d(?:ays?)?$/, 86_400],
	[/^w(?:eeks?)?$/, 604_800],
];

/** Returns the milliseconds of `10 minutes ago`; `undefined` if the text does not end with `ago`, NaN if a unit is unknown. */
function readAgo(text: string): number | undefined {
	const [, amounts] = /^(.+) ago$/i.exec(text) ?? [];
	if (amounts === undefined) return undefined;
	const words = amounts.toLowerCase().replaceAll(/\b(?:an?|one)\b ?/g, '1 ');
	if (!/^(?:\d+(?:\.\d+)? ?[a-z]+(?:,? ?(?:and )?))+$/.test(words)) return Number.NaN;
	const parts = [...words.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+?)(?=\d|[ ,]|$)/g)];
	return parts
		.filter(([, , unit]) => unit !== 'and')
		.reduce((sum, [, count, unit = '']) => {
			const seconds = unitSeconds.find(([pattern]) => pattern.test(unit))?.[1] ?? Number.NaN;
			return sum + Math.round(Number(count) * seconds * 1000);
		}, 0);
}

type Split = {readonly rest: string; readonly zone?: string; readonly offsetMinutes?: number};

type Problem = {readonly problem: string; readonly instead: readonly string[]};

/** Takes the zone from the end of a text. */
function splitZone(text: string): Split | Problem {
	const [, beforeUtc, utc] = /^(.*?\d) ?(z|utc|gmt)$/i.exec(text) ?? [];
	if (beforeUtc !== undefined && utc) return {rest: beforeUtc, zone: 'UTC'};
	const [, beforeOffset, sign, hours, minutes = '0'] =
		/^(.*:\d\d(?:[.,]\d+)?) ?([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
	if (beforeOffset !== undefined) {
		const offset = Number(hours) * 60 + Number(minutes);
		if (Number(minutes) > 59 || offset > 14 * 60)
			return {problem: `There is no such offset from UTC: ${text}.`, instead: examples.slice(-1)};
		return {rest: beforeOffset, offsetMinutes: sign === '-' ? -offset : offset};
	}

	const [, beforeName, name = ''] = /^(.*) ([a-z_]+(?:\/[\w+-]+)+)$/i.exec(text) ?? [];
	if (beforeName !== undefined) {
		if (isZone(name)) return {rest: beforeName, zone: name};
		return {problem: `This computer does not know the time zone ${name}.`, instead: [`${beforeName} UTC`]};
	}

	const [, beforeLetters, letters = ''] = /^(.*\d) ([a-z]{2,5})$/i.exec(text) ?? [];
	if (beforeLetters !== undefined && !/^(?:am|pm)$/i.test(letters) && /:\d\d/.test(beforeLetters)) {
		return {
			problem: `${letters.toUpperCase()} is not the name of one time zone.`,
			instead: [`${beforeLetters} UTC`, `${beforeLetters} Europe/Berlin`],
		};
	}

	return {rest: text};
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Reads a date with a time of day, or a time of day of today. @param today - What the clock shows now. */
function readWritten(text: string, today: WallTime): WallTime | Problem | undefined {
	const [, date, time = ''] = /^(\d{4}-\d{1,2}-\d{1,2})(?:[t ](?:at )?(.+))?$/i.exec(text) ?? [];
	if (date !== undefined) {
		if (time === '')
			return {problem: `${date} has no time of day.`, instead: [`${date} 00:00`, `${date} 14:03`]};
		const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
		return readTimeOfDay(time, {...today, year, month, day});
	}

	if (/^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/.test(text)) {
		return {
			problem: `"${text}" can be read in two ways: is the month the first or the second number?`,
			instead: ['2026-11-28 14:03'],
		};
	}

	const [, word, of] = /^(?:last )?([a-z]+),? (?:at )?(.+)$/i.exec(text) ?? [];
	if (word === undefined || of === undefined) {
		if (/^(?:today|yesterday)$/i.test(text) || weekdays.includes(text.toLowerCase()))
			return {problem: `"${text}" has no time of day.`, instead: [`${text} 14:00`]};
		return readTimeOfDay(text, today);
	}

	const name = word.toLowerCase();
	if (name === 'today' || name === 'at') return readTimeOfDay(of, today);
	if (name === 'yesterday') return readTimeOfDay(of, addDays(today, -1));
	const weekday = weekdays.findIndex(each => each === name || each.slice(0, 3) === name);
	if (weekday === -1) return undefined;
	const back = (findWeekday(today) - weekday + 7) % 7;
	if (back === 0) {
		return {
			problem: `"${text}" can be today or a week ago.`,
			instead: [`today ${of}`, `${showDate(addDays(today, -7))} ${of}`],
		};
	}

	return readTimeOfDay(of, addDays(today, -back));
}

const showDate = ({year, month, day}: WallTime): string =>
	[year, month, day].map(value => String(value).padStart(2, '0')).join('-');

function readTimeOfDay(text: string, day: WallTime): WallTime | undefined {
	const [, hours, minutes, seconds = '0', fraction = '', half] =
		/^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(am|pm)?$/i.exec(text) ?? [];
	if (hours === undefined || (minutes === undefined && half === undefined)) return undefined;
	const isTwelve = half !== undefined;
	const written = Number(hours);
	if (isTwelve && (written < 1 || written > 12)) return undefined;
	const hour = isTwelve ? (written % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : written;
	const ms = Math.floor(Number(`0.${fraction || 0}`) * 1000);
	return {...day, hour, minute: Number(minutes ?? 0), second: Number(seconds), ms};
}
